import { requireOwnOrigin } from "@/lib/auth/origin";
import { requireActor } from "@/lib/auth/require-actor";
import type { Context, Ports } from "@/lib/domain/context";
import type { Verb } from "@/lib/domain/define-verb";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { problemResponse } from "../problem-response";
import { matchVerb } from "./match-verb";

const MAX_BODY_BYTES = 1_048_576;
/** The editor's text travels as one JSON string; nothing else is that large. */
const MAX_FILE_BODY_BYTES = 9_000_000;

/** One request of the REST door: who → parse → verb → parse → answer. Any failure is a problem document. */
export async function dispatchVerb(
  verbs: readonly Verb[],
  ports: Ports,
  request: Request,
  path: readonly string[],
): Promise<Response> {
  try {
    const match = matchVerb(verbs, request.method, path);
    if (!match) throw new AppError("not_found", "There is nothing at this address.");
    if ("allowed" in match)
      return new Response(null, { status: 405, headers: { allow: match.allowed.join(", ") } });
    requireOwnOrigin(
      {
        method: request.method,
        origin: request.headers.get("origin") ?? undefined,
        hasCookies: request.headers.has("cookie"),
      },
      ports.settings.appUrl,
    );
    const { actor, orgId } = await requireActor(ports, request, orgChoice(request));
    const ctx: Context = { ...ports, actor, orgId, requestId: newId("request") };
    const { verb, params } = match;
    const input = verb.input.parse({ ...(await readInput(verb, request)), ...params });
    const output = verb.output.parse(await verb.run(ctx, input));
    const headers = { "cache-control": "no-store" };
    return Response.json(output, { status: isCreation(verb) ? 201 : 200, headers });
  } catch (error) {
    return problemResponse(error);
  }
}

export const isCreation = (verb: Verb): boolean =>
  verb.rest.method === "POST" && /\.(create|send|connect)$/.test(verb.name);

/** A person of several organisations says which one by its id; without it, the first one is meant. */
function orgChoice(request: Request): { orgId?: string } {
  const orgId = request.headers.get("x-workroom-org");
  return orgId ? { orgId } : {};
}

async function readInput(verb: Verb, request: Request): Promise<Record<string, unknown>> {
  const { method } = verb.rest;
  const query = Object.fromEntries(new URL(request.url).searchParams);
  if (method === "GET" || method === "DELETE") return query;
  const limit = verb.name === "file.write" ? MAX_FILE_BODY_BYTES : MAX_BODY_BYTES;
  const text = await readText(request, limit);
  if (text === "") return {};
  if (!/^application\/json\b/.test(request.headers.get("content-type") ?? ""))
    throw new AppError("invalid_input", "Send JSON (content-type: application/json).");
  return parseObject(text);
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid_input", "This is no JSON.", { cause });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new AppError("invalid_input", "Send a JSON object.");
  return Object.fromEntries(Object.entries(value));
}

/** Reads no more than the limit, whatever the client says of its length. */
async function readText(request: Request, limit: number): Promise<string> {
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) throw new AppError("too_large", "This request is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
