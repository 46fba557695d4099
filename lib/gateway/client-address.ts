import type { IncomingMessage } from "node:http";
import { clientAddressHeader } from "@/lib/auth/client-address";

/** The peer's address; behind a trusted reverse proxy, the last address that proxy has added. */
export function clientAddress(request: IncomingMessage, trustsProxy: boolean): string {
  const forwarded = request.headers["x-forwarded-for"];
  const last = (Array.isArray(forwarded) ? forwarded.join(",") : forwarded)?.split(",").at(-1);
  const claimed = trustsProxy ? last?.trim() : undefined;
  return claimed === undefined || claimed === ""
    ? (request.socket.remoteAddress ?? "unknown")
    : claimed;
}

/** Headers by which a client could pass for a proxy, for Next itself, or for us. */
const isIdentityHeader = (name: string) =>
  name === "forwarded" ||
  name === "x-real-ip" ||
  name.startsWith("x-forwarded-") ||
  name.startsWith("x-workroom-") ||
  name.startsWith("x-middleware-") ||
  name.startsWith("x-invoke-") ||
  name === "x-matched-path" ||
  name === "x-nextjs-rewrite" ||
  name === "x-now-route-matches";

export function dropIdentityHeaders(headers: IncomingMessage["headers"]): void {
  for (const name of Object.keys(headers)) if (isIdentityHeader(name)) delete headers[name];
}

/** Leaves what the gateway itself knows of the client, and nothing the client says of itself. */
export function stampClient(request: IncomingMessage, address: string): void {
  dropIdentityHeaders(request.headers);
  request.headers[clientAddressHeader] = address;
  request.headers["x-forwarded-for"] = address;
}
