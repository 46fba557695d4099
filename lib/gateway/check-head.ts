import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { AppError } from "@/lib/errors";

/** Connections that have sent a head with two meanings: whatever else they carry is not to be trusted. */
const refused = new WeakSet<Socket>();

/**
 * Refuses what node:http lets through although two readers could read it in two ways. Its parser has refused already:
 * both Content-Length and Transfer-Encoding, two lengths, folded lines, bare line feeds, bad chunks.
 *
 * @throws AppError `invalid_input`, now and for each later request of the connection
 */
export function checkHead(request: IncomingMessage): void {
  const fault = refused.has(request.socket) ? "This connection was refused." : findFault(request);
  if (fault === null) return;
  refused.add(request.socket);
  throw new AppError("invalid_input", fault);
}

/** Whether the connection must not be used again after this answer. */
export const isRefused = (request: IncomingMessage): boolean => refused.has(request.socket);

function findFault(request: IncomingMessage): string | null {
  let hosts = 0;
  let encodings = 0;
  for (let i = 0; i < request.rawHeaders.length; i += 2) {
    const name = request.rawHeaders[i]?.toLowerCase();
    if (name === "host") hosts += 1;
    if (name === "transfer-encoding") encodings += 1;
  }
  if (hosts !== 1) return "A request names exactly one host.";
  const encoding = request.headers["transfer-encoding"];
  if (encodings > 1 || (encoding !== undefined && encoding.toLowerCase() !== "chunked"))
    return "The only transfer encoding taken is chunked.";
  return request.url?.startsWith("/") ? null : "A request names a path of this host.";
}
