import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "@/lib/errors";
import { sendPage } from "../answers";
import type { GatewayOptions } from "../gateway-options";
import { headersFromRoom } from "../room-headers";
import { framedPageHeaders, isForFrame, takesScript } from "./framed-page";
import { insertScript } from "./insert-script";
import { pageScriptTag } from "./page-script";
import { connectRoom, roomRequestOptions, type RoomTarget } from "./room-connection";

/** A dev server may compile for long before its first byte. */
const ANSWER_TIMEOUT_MS = 120_000;

/** Passes one request to a server in the room and streams its answer back. */
export async function proxyRequest(
  request: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
  target: RoomTarget,
): Promise<void> {
  const { ports } = options;
  let stream: Duplex;
  try {
    stream = await connectRoom(ports, target);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return sendNothingThere(response, options, target.port);
  }
  if (request.headers.expect !== undefined) response.writeContinue();
  let answer: IncomingMessage;
  try {
    answer = await askRoom(request, response, stream, options);
  } catch (error) {
    options.log.debug({ err: error, roomId: target.roomId }, "preview gave no answer");
    if (response.destroyed) return;
    return sendNothingThere(response, options, target.port);
  }
  const headers = headersFromRoom(answer.rawHeaders, ports.settings.appUrl.origin);
  const status = answer.statusCode ?? 502;
  const isScripted = isForFrame(request) && takesScript(status, headers);
  response.writeHead(status, (isScripted ? framedPageHeaders(headers) : headers).flat());
  // A dev server's event stream says its first word late; the page waits for the head.
  response.flushHeaders();
  const sent = isScripted
    ? pipeline(answer, insertScript(pageScriptTag), response)
    : pipeline(answer, response);
  await sent.catch(() => response.destroy());
}

/** Sends the request over the stream; resolves with the head of the answer. */
function askRoom(
  request: IncomingMessage,
  response: ServerResponse,
  stream: Duplex,
  { ports }: GatewayOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const upstream = httpRequest(roomRequestOptions(request, stream, ports), resolve);
    const timer = setTimeout(
      () => upstream.destroy(new Error("The server gave no answer in time.")),
      ANSWER_TIMEOUT_MS,
    );
    upstream.on("response", () => clearTimeout(timer));
    upstream.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    upstream.on("upgrade", (_answer, socket) => {
      socket.destroy();
      reject(new Error("The server switched protocols unasked."));
    });
    stream.on("close", () => upstream.destroy());
    response.on("close", () => {
      upstream.destroy();
      stream.destroy();
    });
    request.on("error", () => upstream.destroy());
    request.pipe(upstream);
  });
}

function sendNothingThere(response: ServerResponse, { ports }: GatewayOptions, port: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  sendPage(response, {
    status: 502,
    title: "No server answers yet",
    text: `Nothing answers on port ${port} of this workroom. The preview opens by itself when its server is up.`,
    retrySeconds: 2,
    headers: {
      "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors ${ports.settings.appUrl.origin}`,
      ...(response.req.complete ? {} : { connection: "close" }),
    },
  });
}
