import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { answer } from "../control/http";

/** A model may think for minutes before its first byte. */
const MODEL_IDLE_TIMEOUT_MS = 15 * 60_000;

/**
 * What the agent's side may call on the room's loopback: the model gateway, with the token of a turn that runs, and
 * /health. Nothing here changes a permission or shows a chat; every other path answers 404.
 */
export function makeToolsApi(modelSocket: string, isLiveToken: (token: string) => boolean): Server {
  return createServer((incoming, response) => {
    const path = incoming.url ?? "";
    if (incoming.method === "GET" && path === "/health") return answer(response, 200, { ok: true });
    if (!path.startsWith("/model/") || path.split(/[?#]/)[0]?.includes("..")) {
      return answer(response, 404, { message: "Not found." });
    }
    const token = presentedToken(incoming);
    if (token === null || !isLiveToken(token)) {
      return answer(response, 401, {
        error: { message: "This turn has ended.", type: "turn_ended" },
      });
    }
    return forward(modelSocket, incoming, response);
  });
}

/** Each provider's library sends its key in a header of its own; here the key is the turn's token. */
function presentedToken({ headers }: IncomingMessage): string | null {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const token = bearer ?? headers["x-api-key"] ?? headers["x-goog-api-key"];
  return typeof token === "string" ? token : null;
}

function forward(socketPath: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method = "GET", url = "/", headers } = incoming;
  const outgoing = sendRequest(
    { socketPath, method, path: url, headers, timeout: MODEL_IDLE_TIMEOUT_MS },
    (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      response.flushHeaders();
      answered.pipe(response);
      answered.on("error", () => response.destroy());
      answered.on("aborted", () => response.destroy()); // a cut stream stays a cut stream
    },
  );
  outgoing.on("timeout", () => outgoing.destroy(new Error("timeout")));
  outgoing.on("error", () => {
    if (response.headersSent) return response.destroy();
    return answer(response, 503, {
      error: { message: "The model gateway does not answer.", type: "gateway_unavailable" },
    });
  });
  response.on("close", () => outgoing.destroy());
  incoming.pipe(outgoing);
}
