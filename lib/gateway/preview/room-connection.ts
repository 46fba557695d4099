import type { ClientRequestArgs, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Ports } from "@/lib/domain/context";
import { headersForRoom } from "../room-headers";
import { isForFrame, wholePageHeaders } from "./framed-page";

export type RoomTarget = { roomId: string; port: number };

const CONNECT_TIMEOUT_MS = 10_000;
const MAX_ANSWER_HEAD_BYTES = 262_144;

/** A byte stream to a server in the room. @throws AppError `unavailable` when nothing listens there */
export async function connectRoom(ports: Ports, { roomId, port }: RoomTarget): Promise<Duplex> {
  const stream = await ports.host.connect(roomId, port, { timeoutMs: CONNECT_TIMEOUT_MS });
  // The room may break it at any moment, also when nobody listens any more: that must not end the web.
  stream.on("error", () => stream.destroy());
  return stream;
}

/** Options of node:http for one request over that stream: same host, so that hot reload and links work. */
export function roomRequestOptions(
  request: IncomingMessage,
  stream: Duplex,
  ports: Ports,
): ClientRequestArgs {
  const origin = {
    protocol: ports.settings.previewUrl.protocol,
    host: request.headers.host ?? "",
  };
  const headers = headersForRoom(request.headers, origin);
  return {
    // The stream is connected already; node:http speaks over any Duplex.
    createConnection: () => stream,
    method: request.method,
    path: request.url,
    headers: isForFrame(request) ? wholePageHeaders(headers) : headers,
    setHost: false,
    maxHeaderSize: MAX_ANSWER_HEAD_BYTES,
  };
}
