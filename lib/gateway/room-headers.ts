import type { IncomingHttpHeaders } from "node:http";
import { filterCookies, ownCookiePrefix } from "@/lib/auth/cookies";
import { dropIdentityHeaders } from "./client-address";

const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const connectionNames = (value: string | undefined) =>
  new Set((value ?? "").split(",").map((name) => name.trim().toLowerCase()));

/** What a request carries into the room: nothing that names the person, the dashboard's session, or the way here. */
export function headersForRoom(
  headers: IncomingHttpHeaders,
  origin: { protocol: string; host: string },
): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = { ...headers };
  const named = connectionNames(headers.connection);
  for (const name of Object.keys(kept))
    if (hopByHop.has(name) || named.has(name) || name === "expect") delete kept[name];
  dropIdentityHeaders(kept);
  const cookie = filterCookies(headers.cookie, (name) => !name.startsWith(ownCookiePrefix));
  if (cookie === undefined) delete kept.cookie;
  else kept.cookie = cookie;
  kept["x-forwarded-proto"] = origin.protocol.replace(":", "");
  kept["x-forwarded-host"] = origin.host;
  return kept;
}

/** Answers that would reach beyond the preview's own host: its cookies, its neighbours', the browser's memory of it. */
const refusedFromRoom: ReadonlySet<string> = new Set([
  "alt-svc",
  "clear-site-data", // clears the cookies of the whole site: the dashboard's session with them
  "nel",
  "report-to",
  "reporting-endpoints",
  "strict-transport-security",
  "x-frame-options",
]);

type Header = [name: string, value: string];

/** What an answer of the room may tell the browser; `frameAncestor` is the only origin that may frame it. */
export function headersFromRoom(rawHeaders: readonly string[], frameAncestor: string): Header[] {
  const pairs: Header[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    pairs.push([rawHeaders[i] ?? "", rawHeaders[i + 1] ?? ""]);
  const valuesOf = (wanted: string) =>
    pairs.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const dropped = connectionNames(valuesOf("connection").join(","));
  const cacheControl = valuesOf("cache-control");
  return [
    ...pairs
      .filter(([name]) => !isRefused(name.toLowerCase()) && !dropped.has(name.toLowerCase()))
      .map(tame)
      .filter(([, value]) => value !== ""),
    ["content-security-policy", `frame-ancestors ${frameAncestor}`],
    ["cache-control", privateCache(cacheControl.length === 0 ? null : cacheControl.join(", "))],
    ["origin-agent-cluster", "?1"],
  ];
}

const isRefused = (name: string) =>
  hopByHop.has(name) || refusedFromRoom.has(name) || name === "cache-control";

/** A header as the browser may have it; an empty value stands for none. */
function tame([name, value]: Header): Header {
  switch (name.toLowerCase()) {
    case "set-cookie":
      return [name, hostOnlyCookie(value) ?? ""];
    case "content-security-policy":
      return [name, withoutFrameAncestors(value)];
    default:
      return [name, value];
  }
}

/** The cookie without its Domain, or null for one under our own name. */
export function hostOnlyCookie(setCookie: string): string | null {
  const [pair = "", ...attributes] = setCookie.split(";");
  if (pair.trim().toLowerCase().startsWith(ownCookiePrefix.toLowerCase())) return null;
  const kept = attributes.filter((attribute) => !/^\s*domain\s*(?:=|$)/i.test(attribute));
  return [pair, ...kept].join(";");
}

const withoutFrameAncestors = (policy: string) =>
  policy
    .split(";")
    .filter((directive) => !/^\s*frame-ancestors(?:\s|$)/i.test(directive))
    .join(";")
    .trim();

/** A preview belongs to one person's browser: no cache between may keep it. */
function privateCache(value: string | null): string {
  const kept = (value ?? "no-cache")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !/^(?:public|private|s-maxage)(?:=|$)/i.test(part));
  return ["private", ...kept].join(", ");
}
