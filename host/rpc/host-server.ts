import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { Provisioner } from "@/lib/ports/provisioner";
import { type HostMethod, hostMethods } from "@/lib/protocol/host";
import type { EventLog } from "../events/event-log";
import type { RoomFiles } from "../files/room-files";
import { asAnswer, readJson, sendJson } from "./answer";
import { createConnectRoute } from "./connect-route";
import { sendEvents } from "./events-route";
import { createFilesRoute } from "./files-route";
import type { HostMethods } from "./host-methods";

const MAX_JSON_BYTES = 32 * 1_048_576;
const IDLE_MS = 120_000;

type Parts = {
  methods: HostMethods;
  files: RoomFiles;
  connect: Provisioner["connect"];
  events: EventLog;
  maxUploadBytes: number;
  log: Log;
};

/** The RPC of the host, for the one user who may open its socket. The wire is described in `lib/protocol/host.ts`. */
export function createHostServer(parts: Parts): Server {
  const { log } = parts;
  const sendFiles = createFilesRoute(parts.files, parts.maxUploadBytes);
  const connectRoute = createConnectRoute(parts.connect, log);

  async function route(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? "/", "http://host");
    if (url.pathname.startsWith("/files/")) return sendFiles(req, res, url);
    if (req.method === "GET" && url.pathname === "/host-events")
      return sendEvents(res, url, parts.events);
    if (req.method !== "POST" || !url.pathname.startsWith("/rpc/"))
      throw new AppError("not_found", "There is no such call.");
    const result = await callMethod(parts.methods, url.pathname.slice("/rpc/".length), req);
    sendJson(res, 200, JSON.stringify({ ok: true, result }));
  }

  const server = createServer((req, res) => {
    req.on("error", () => undefined);
    route(req, res).catch((error: unknown) => {
      const { status, body } = asAnswer(error, log, req.url?.split("?")[0] ?? "");
      sendJson(res, status, body);
      // The rest of a refused body is read away, so that the answer is not lost to a reset.
      req.resume();
    });
  });
  server.on("upgrade", (req, socket, head) => void connectRoute(req, socket, head));
  // Uploads may take hours, but not stand still.
  server.requestTimeout = 0;
  server.headersTimeout = 10_000;
  server.on("connection", (socket) => socket.setTimeout(0));
  server.on("request", (req) => {
    if (req.method === "PUT")
      req.setTimeout(IDLE_MS, () => req.destroy(new Error("Upload stalled")));
  });
  return server;
}

const isMethod = (name: string): name is HostMethod => Object.hasOwn(hostMethods, name);

async function callMethod(
  methods: HostMethods,
  name: string,
  req: IncomingMessage,
): Promise<unknown> {
  if (!isMethod(name)) throw new AppError("not_found", "There is no such call.");
  const input = hostMethods[name].input.safeParse(await readJson(req, MAX_JSON_BYTES));
  if (!input.success)
    throw new AppError("invalid_input", "This call has a wrong input.", { cause: input.error });
  // The parser of this very method made the input; the compiler can't follow the pair through a union.
  const run = methods[name] as (input: unknown) => unknown;
  return run(input.data);
}
