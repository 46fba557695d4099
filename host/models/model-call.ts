import type { ModelProvider } from "@/lib/protocol/engine";
import { Refusal } from "./refusal";

type Grant = { provider: ModelProvider; modelId: string; baseUrl: string };
type Call = { method: string; url: string; body: Buffer };
/** What goes to the provider. `isMetered`: it costs tokens. */
export type ModelCall = { url: URL; body: Buffer | null; isMetered: boolean };

type Rules = {
  /** Version folder that a base URL may end with, and a path may begin with. */
  version: string;
  posts: readonly string[];
  unmetered?: readonly string[];
};
const rules: Record<Exclude<ModelProvider, "google">, Rules> = {
  anthropic: {
    version: "v1",
    posts: ["messages", "messages/count_tokens"],
    unmetered: ["messages/count_tokens"],
  },
  openai: { version: "v1", posts: ["responses", "chat/completions"] },
  "openai-compatible": { version: "v1", posts: ["chat/completions"] },
};
const googleCalls = ["generateContent", "streamGenerateContent", "countTokens"];
const passedSearch = new Set(["alt", "beta"]);

/**
 * Checks a call of the room against what its grant allows, and makes the provider's call of it: known paths only, the
 * granted model only.
 *
 * @throws Refusal
 */
export function modelCall(grant: Grant, { method, url, body }: Call): ModelCall {
  const asked = new URL(url, "http://gateway");
  const version = grant.provider === "google" ? "v1beta" : rules[grant.provider].version;
  const rest = asked.pathname.replace(/^\/(model\/)?/, "").replace(new RegExp(`^${version}/`), "");
  const target = targetUrl(grant, version, rest);
  for (const [name, value] of asked.searchParams)
    if (passedSearch.has(name)) target.searchParams.set(name, value);
  if (method === "GET" && /^models(\/[\w.:-]+)?$/.test(rest))
    return { url: target, body: null, isMetered: false };
  if (method !== "POST") throw notAllowed();
  const json = parseBody(body);
  const isMetered =
    grant.provider === "google" ? googleCall(grant, rest) : postCall(grant, rest, json);
  // Sent as it was understood here: a name given twice can't mean another model to the provider.
  return { url: target, body: Buffer.from(JSON.stringify(json)), isMetered };
}

function targetUrl({ provider, baseUrl }: Grant, version: string, rest: string): URL {
  const base = new URL(baseUrl);
  const folder = base.pathname.replace(/\/+$/, "");
  // Compatible servers have their version anywhere; the others' base URL may be given without.
  const needsVersion = provider !== "openai-compatible" && !/\/v\d\w*$/.test(folder);
  return new URL(`${base.origin}${folder}${needsVersion ? `/${version}` : ""}/${rest}`);
}

function postCall(grant: Grant & { provider: ModelProvider }, rest: string, json: Body): boolean {
  if (grant.provider === "google") return false;
  const { posts, unmetered = [] } = rules[grant.provider];
  if (!posts.includes(rest)) throw notAllowed();
  checkModel(grant, json.model);
  // Without this OpenAI streams an answer that never says what it used.
  if (grant.provider === "openai" && rest === "chat/completions" && json.stream === true)
    json.stream_options = { ...asObject(json.stream_options), include_usage: true };
  return !unmetered.includes(rest);
}

function googleCall(grant: Grant, rest: string): boolean {
  const [, model, call = ""] = /^models\/([\w.-]+):(\w+)$/.exec(rest) ?? [];
  if (!googleCalls.includes(call)) throw notAllowed();
  checkModel({ modelId: grant.modelId.replace(/^models\//, "") }, model);
  return call !== "countTokens";
}

function checkModel(grant: { modelId: string }, model: unknown): void {
  if (model === grant.modelId) return;
  throw new Refusal(403, "permission_error", `This turn may use the model ${grant.modelId} only.`);
}

type Body = Record<string, unknown>;
const asObject = (value: unknown): Body =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

function parseBody(body: Buffer): Body {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    value = null;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new Refusal(400, "invalid_request_error", "The call to the model is no JSON object.");
}

const notAllowed = () =>
  new Refusal(403, "permission_error", "This call is not one that a turn may make.");
