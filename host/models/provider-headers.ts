import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { ModelProvider } from "@/lib/protocol/engine";

/** Headers of the room that mean something to a provider; nothing else of the room's goes out. */
const passedIn = ["content-type", "accept", "anthropic-version", "anthropic-beta", "openai-beta"];
const passedBack =
  /^(content-type|retry-after(-ms)?|request-id|x-request-id|x-should-retry|(anthropic|x)-ratelimit-[\w-]+)$/;
const tokenHeaders = ["x-api-key", "x-goog-api-key"];

/** The turn's token, wherever the provider's client puts its key. */
export function tokenOf(headers: IncomingHttpHeaders): string | null {
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (bearer) return bearer;
  const named = tokenHeaders
    .map((name) => headers[name])
    .find((value) => typeof value === "string");
  return typeof named === "string" ? named : null;
}

export function requestHeaders(
  { provider, apiKey }: { provider: ModelProvider; apiKey: string },
  headers: IncomingHttpHeaders,
  body: Buffer | null,
): OutgoingHttpHeaders {
  const sent: OutgoingHttpHeaders = { "user-agent": "workroom" };
  for (const name of passedIn) {
    const value = headers[name];
    if (typeof value === "string") sent[name] = value;
  }
  if (body) {
    sent["content-type"] = "application/json";
    sent["content-length"] = body.length;
  }
  if (provider === "anthropic") sent["anthropic-version"] ??= "2023-06-01";
  // A local server may need no key at all.
  if (apiKey !== "") Object.assign(sent, keyHeader(provider, apiKey));
  return sent;
}

function keyHeader(provider: ModelProvider, apiKey: string): OutgoingHttpHeaders {
  if (provider === "anthropic") return { "x-api-key": apiKey };
  if (provider === "google") return { "x-goog-api-key": apiKey };
  return { authorization: `Bearer ${apiKey}` };
}

export const answerHeaders = (headers: IncomingHttpHeaders): OutgoingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => passedBack.test(name)));
