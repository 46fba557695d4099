import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/** A frame of the dashboard asks for a document. Nothing is added to a preview in a tab of its own. */
export const isForFrame = ({ method, headers }: IncomingMessage): boolean =>
  method === "GET" && headers["sec-fetch-dest"] === "iframe";

/** Asks for the page as it is: whole, new and not packed, so that a script can be put into it. */
export function wholePageHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept: IncomingHttpHeaders = { ...headers, "accept-encoding": "identity" };
  for (const name of ["if-none-match", "if-modified-since", "if-range", "range"] as const)
    delete kept[name];
  return kept;
}

type Headers = readonly (readonly [name: string, value: string])[];

/** Whether an answer is a page that takes a script of its own origin. */
export function takesScript(status: number, headers: Headers): boolean {
  const valuesOf = (wanted: string) =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const isPage = /^\s*text\/html\s*(?:;|$)/i.test(valuesOf("content-type")[0] ?? "");
  const isPlain = valuesOf("content-encoding").every((value) => /^\s*identity\s*$/i.test(value));
  const isWhole = status !== 204 && status !== 206 && status !== 304;
  const isUtf16 = /utf-?16/i.test(valuesOf("content-type")[0] ?? "");
  const policies = valuesOf("content-security-policy").flatMap((value) => value.split(","));
  return isPage && isPlain && isWhole && !isUtf16 && policies.every(allowsOwnScripts);
}

/** A page that forbids scripts of its own origin is left as it is, and tells nothing. */
function allowsOwnScripts(policy: string): boolean {
  const directives = new Map(
    policy.split(";").map((directive) => {
      const [name = "", ...sources] = directive.trim().toLowerCase().split(/\s+/);
      return [name, sources];
    }),
  );
  if (directives.has("sandbox")) return false;
  const sources =
    directives.get("script-src-elem") ??
    directives.get("script-src") ??
    directives.get("default-src");
  if (sources === undefined) return true;
  return (
    !sources.includes("'strict-dynamic'") && (sources.includes("'self'") || sources.includes("*"))
  );
}

const lengthAndCache = [
  "content-length",
  "etag",
  "last-modified",
  "accept-ranges",
  "cache-control",
];

/** The head of a page that gets a script: its length is another one, and no cache may keep it for a tab. */
export const framedPageHeaders = (headers: Headers): [string, string][] => [
  ...headers
    .filter(([name]) => !lengthAndCache.includes(name.toLowerCase()))
    .map(([name, value]): [string, string] => [name, value]),
  ["cache-control", "no-store"],
];
