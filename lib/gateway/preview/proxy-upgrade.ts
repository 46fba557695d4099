import { request as httpRequest, STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "@/lib/errors";
import type { GatewayOptions } from "../gateway-options";
import { headersFromRoom } from "../room-headers";
import { connectRoom, roomRequestOptions, type RoomTarget } from "./room-connection";

const ANSWER_TIMEOUT_MS = 30_000;

/** Passes a WebSocket to a server in the room: the head through the parser, then the bytes both ways. */
export async function proxyUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: GatewayOptions,
  target: RoomTarget,
): Promise<void> {
  if (request.headers.upgrade?.toLowerCase() !== "websocket")
    throw new AppError("invalid_input", "The only upgrade taken is a WebSocket.");
  const { ports } = options;
  const stream = await connectRoom(ports, target);
  socket.on("close", () => stream.destroy());
  stream.on("close", () => socket.destroy());
  const asked = roomRequestOptions(request, stream, ports);
  const upstream = httpRequest({
    ...asked,
    headers: { ...asked.headers, connection: "Upgrade", upgrade: "websocket" },
  });
  const timer = setTimeout(() => socket.destroy(), ANSWER_TIMEOUT_MS);
  socket.on("close", () => clearTimeout(timer));
  upstream.on("error", () => socket.destroy());
  upstream.on("upgrade", (answer, roomSocket, roomHead) => {
    clearTimeout(timer);
    socket.write(answerHead(answer, ports.settings.appUrl.origin, "websocket"));
    if (roomHead.length > 0) socket.write(roomHead);
    if (head.length > 0) roomSocket.write(head);
    roomSocket.on("error", () => socket.destroy());
    roomSocket.pipe(socket);
    socket.pipe(roomSocket);
  });
  upstream.on("response", (answer) => {
    clearTimeout(timer);
    socket.write(answerHead(answer, ports.settings.appUrl.origin, null));
    answer.pipe(socket);
  });
  upstream.end();
}

/** The answer's head, its headers filtered as those of any answer of the room. */
function answerHead(
  answer: IncomingMessage,
  frameAncestor: string,
  upgrade: string | null,
): string {
  const status = answer.statusCode ?? 502;
  const lines = headersFromRoom(answer.rawHeaders, frameAncestor)
    // Without an upgrade the body ends with the connection, whatever length it was said to have.
    .filter(([name]) => upgrade !== null || name.toLowerCase() !== "content-length")
    .map(([name, value]) => `${name}: ${value}`);
  lines.push(
    ...(upgrade === null ? ["connection: close"] : ["connection: Upgrade", `upgrade: ${upgrade}`]),
  );
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("\r\n")}\r\n\r\n`;
}
