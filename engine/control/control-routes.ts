import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocketServer } from "ws";
import { connectPort } from "../room/connect-port";
import type { ControlContext } from "./control-context";
import { answer, readJson, RequestRefused } from "./http";

const ENGINE_VERSION = "0.1.0";
const MAX_SOCKET_PAYLOAD_BYTES = 1_048_576;

type Route = (
  context: ControlContext,
  request: IncomingMessage,
  response: ServerResponse,
  parameter: string,
) => void | Promise<void>;

const routes: Record<string, Route> = {
  "GET /health": ({ settings, startedAt }, _request, response) =>
    answer(response, 200, { version: ENGINE_VERSION, epoch: settings.epoch, startedAt }),
  "GET /turns": ({ turns }, _request, response) =>
    answer(response, 200, { turnIds: turns.runningTurnIds() }),
  "POST /turns": startTurn,
  "POST /turns/:/cancel": ({ turns }, _request, response, turnId) => {
    turns.cancel(turnId);
    answer(response, 202, {});
  },
  "POST /exec": async ({ side }, request, response) => {
    const { runExec } = await import("../room/exec");
    await runExec(side, await readJson(request), request, response);
  },
  "POST /runs": async (context, request, response) => {
    const { startRun } = await import("../run/runs");
    await startRun(context, await readJson(request), request, response);
  },
  "GET /runs/:": async (_context, request, response, runId) => {
    const { followRun } = await import("../run/runs");
    const after = new URL(request.url ?? "/", "http://engine").searchParams.get("after");
    followRun(runId, Number(after) || 0, response);
  },
  "POST /runs/:/cancel": async (_context, _request, response, runId) => {
    const { cancelRun } = await import("../run/runs");
    cancelRun(runId);
    answer(response, 202, {});
  },
  "PUT /plugins/:": async ({ settings }, request, response, sha256) => {
    const { takePlugin } = await import("../run/plugin-files");
    await takePlugin(settings, sha256, request);
    answer(response, 201, {});
  },
  "GET /ports": async ({ side, apiUrl }, _request, response) => {
    const { listListeningPorts } = await import("../room/listening-ports");
    const own = Number(new URL(apiUrl).port);
    answer(response, 200, { ports: await listListeningPorts(side, own) });
  },
  "POST /probe": async ({ side, settings }, _request, response) => {
    const { runProbe } = await import("../room/run-probe");
    answer(response, 200, { probes: await runProbe(side, settings.hostAddresses) });
  },
};

async function startTurn(
  { turns }: ControlContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readJson(request);
  const { StartTurn } = await import("@/lib/protocol/engine");
  const parsed = StartTurn.safeParse(body);
  if (!parsed.success) throw new RequestRefused(400, parsed.error.message);
  const outcome = turns.start(parsed.data);
  if (outcome === "conflict") throw new RequestRefused(409, "Another turn of this chat runs.");
  answer(response, 202, {});
}

/** `/turns/abc/cancel` → key `/turns/:/cancel`, parameter `abc`. */
function matchPath(path: string): { key: string; parameter: string } {
  const [, first = "", parameter = "", ...rest] = path.split("/");
  if (parameter === "") return { key: path, parameter };
  return { key: ["", first, ":", ...rest].join("/"), parameter: decodeURIComponent(parameter) };
}

/** The control protocol (lib/protocol/engine.ts) on the unix socket that only the host reaches. */
export function makeControlRoutes(context: ControlContext) {
  const request = (incoming: IncomingMessage, response: ServerResponse) => {
    const { key, parameter } = matchPath(new URL(incoming.url ?? "/", "http://engine").pathname);
    const route = routes[`${incoming.method} ${key}`];
    if (!route) return answer(response, 404, { message: "No such route." });
    Promise.resolve()
      .then(() => route(context, incoming, response, parameter))
      .catch((error: unknown) => {
        if (response.headersSent) return response.destroy();
        const status = error instanceof RequestRefused ? error.status : 500;
        return answer(response, status, {
          message: String(error instanceof Error ? error.message : error),
        });
      });
  };
  const upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const url = new URL(incoming.url ?? "/", "http://engine");
    const { key, parameter } = matchPath(url.pathname);
    if (key === "/connect/:") return connectPort(Number(parameter), socket, head);
    acceptSocket(context, { incoming, socket, head, url, key, parameter }).catch(() =>
      socket.destroy(),
    );
  };
  return { request, upgrade };
}

type Upgrade = {
  incoming: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  url: URL;
  key: string;
  parameter: string;
};
let socketServer: Promise<WebSocketServer> | null = null;

async function acceptSocket(context: ControlContext, upgrade: Upgrade): Promise<void> {
  const { incoming, socket, head, url, key, parameter } = upgrade;
  if (key !== "/events" && key !== "/terminals/:") {
    socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    return;
  }
  socketServer ??= import("ws").then(
    (ws) =>
      new ws.WebSocketServer({
        noServer: true,
        maxPayload: MAX_SOCKET_PAYLOAD_BYTES,
        perMessageDeflate: false,
      }),
  );
  const server = await socketServer;
  const number = (name: string, fallback: number) => Number(url.searchParams.get(name)) || fallback;
  if (key === "/events") {
    const { serveEvents } = await import("../events/event-socket");
    server.handleUpgrade(incoming, socket, head, (ws) =>
      serveEvents(ws, socket, context.spool, number("after", 0)),
    );
    return;
  }
  const { attachTerminal } = await import("../terminals/terminals");
  server.handleUpgrade(incoming, socket, head, (ws) =>
    attachTerminal(context, ws, parameter, { cols: number("cols", 80), rows: number("rows", 24) }),
  );
}
