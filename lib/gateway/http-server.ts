import { createServer, type Server } from "node:http";

/**
 * A browser keeps up to 180 cookies of 4 kB for a site, and any preview can fill that jar for the common parent domain.
 * A head of that size is read and its cookies are dropped; with a lower limit the person would be locked out by a 431.
 */
const MAX_HEAD_BYTES = 1_048_576;
const HEAD_TIMEOUT_MS = 30_000;
/** A 2 GiB upload over a slow line takes hours; a stalled one is ended by the upload's own time-out. */
const REQUEST_TIMEOUT_MS = 12 * 60 * 60 * 1_000;

/** node:http with its strict parser; what it can't read is answered 400 and cut off, never guessed. */
export function createStrictServer(): Server {
  const server = createServer({
    insecureHTTPParser: false,
    requireHostHeader: true,
    maxHeaderSize: MAX_HEAD_BYTES,
    headersTimeout: HEAD_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 65_000,
    // Some clients offer HTTP/2 on each request ("Upgrade: h2c"): that is answered as if they had not.
    shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === "websocket",
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const status =
      error.code === "HPE_HEADER_OVERFLOW"
        ? "431 Request Header Fields Too Large"
        : "400 Bad Request";
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  });
  // A client that waits for "100 Continue" gets it from the route that wants the body, or a refusal before the first byte.
  server.on("checkContinue", (request, response) => server.emit("request", request, response));
  return server;
}
