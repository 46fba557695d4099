import { ZodError } from "zod";
import { readBearer, requireCaller } from "@/lib/auth/find-caller";
import { requireOwnOrigin } from "@/lib/auth/origin";
import type { Context, Ports } from "@/lib/domain/context";
import type { Verb } from "@/lib/domain/define-verb";
import { answerOnce, type Answer } from "@/lib/domain/idempotency/answer-once";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { problemResponse } from "../problem-response";
import { hashRequest, passKey, readIdempotencyKey } from "./idempotency-key";
import { matchVerb, type VerbMatch } from "./match-verb";
import { callerName, callKind, restLimiter } from "./rate-limit";
import { parseObject, readBody } from "./read-body";
import { readQuery } from "./read-query";

/**
 * One request of the REST door: route → who → rate limit → once a key → parse → verb → answer. Any failure is a problem
 * document.
 */
export async function dispatchVerb(
  verbs: readonly Verb[],
  ports: Ports,
  request: Request,
  path: readonly string[],
): Promise<Response> {
  const headers = new Headers({ "cache-control": "no-store" });
  try {
    const match = findRoute(verbs, request.method, path, headers);
    if (match === null) return new Response(null, { status: 204, headers });
    const ctx = await openContext(ports, request, match.verb, headers);
    return await answer(ctx, match, request, headers);
  } catch (error) {
    return problemResponse(error, headers);
  }
}

/** Null: the question was only which methods there are. */
function findRoute(
  verbs: readonly Verb[],
  method: string,
  path: readonly string[],
  headers: Headers,
): VerbMatch | null {
  const match = matchVerb(verbs, method === "HEAD" ? "GET" : method, path);
  if (!match) throw new AppError("not_found", "There is nothing at this address.");
  if (!("allowed" in match)) return match;
  const allowed = [...match.allowed, ...(match.allowed.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
  headers.set("allow", allowed.join(", "));
  if (method === "OPTIONS") return null;
  throw new AppError("method_not_allowed", `This address takes ${allowed.join(", ")}.`);
}

async function openContext(
  ports: Ports,
  request: Request,
  verb: Verb,
  headers: Headers,
): Promise<Context> {
  // Only a cookie speaks without the knowledge of whoever sends it; a key is put there on purpose.
  if (readBearer(request.headers.get("authorization")) === null)
    requireOwnOrigin(
      {
        method: request.method,
        origin: request.headers.get("origin") ?? undefined,
        hasCookies: request.headers.has("cookie"),
      },
      ports.settings.appUrl,
    );
  const { actor, orgId } = await requireCaller(ports, request, orgChoice(request));
  restLimiter.count(callerName(actor), callKind(verb), ports.settings.apiRate, headers);
  return { ...ports, actor, orgId, requestId: newId("request"), signal: request.signal };
}

/** A person of several organisations says which one, by its id or short name; without it, the first one is meant. */
function orgChoice({ headers }: Request): { orgId?: string; orgSlug?: string } {
  const choice = headers.get("workroom-org");
  if (!choice) return {};
  return choice.startsWith("org_") ? { orgId: choice } : { orgSlug: choice };
}

async function answer(
  ctx: Context,
  { verb, params }: VerbMatch,
  request: Request,
  headers: Headers,
): Promise<Response> {
  const hasBody = verb.rest.method !== "GET" && verb.rest.method !== "DELETE";
  const body = hasBody ? await readBody(request) : "";
  const key = readIdempotencyKey(request, ctx.actor);
  const call = () => {
    const query = readQuery(verb, new URL(request.url).searchParams);
    const sent = { ...passKey(verb, key), ...(hasBody ? parseObject(body) : query) };
    if (hasBody && Object.keys(query).length > 0) refuseFields(Object.keys(query));
    return runVerb(verb, ctx, sent, params);
  };
  if (key === null) return jsonResponse(await call(), headers);
  const asked = { key, requestHash: hashRequest(request, body) };
  const once = await answerOnce(ctx, asked, () => tellFailure(call, headers));
  if (once.isReplayed) headers.set("idempotent-replayed", "true");
  return jsonResponse(once, headers);
}

async function runVerb(
  verb: Verb,
  ctx: Context,
  sent: Record<string, unknown>,
  params: Record<string, string>,
): Promise<Answer> {
  refuseFields(Object.keys(params).filter((name) => name in sent && sent[name] !== params[name]));
  const input = verb.input.parse({ ...sent, ...params });
  try {
    const output = verb.output.parse(await verb.run(ctx, input));
    return { status: isCreation(verb) ? 201 : 200, body: JSON.stringify(output) };
  } catch (error) {
    // The input was fine: whatever schema failed from here on is our own fault.
    throw error instanceof ZodError
      ? new AppError("internal", "An answer has not the form it should have.", { cause: error })
      : error;
  }
}

/** What is part of the address can't be said differently beside it. */
function refuseFields(names: readonly string[]): void {
  if (names.length === 0) return;
  const message = "This does not belong here: it is part of the path, or of the body.";
  throw new ZodError(
    names.map((name) => ({ code: "custom", path: [name], message, input: undefined })),
  );
}

/** A failure as an answer that can be stored; headers that only this failure has are left on the response. */
async function tellFailure(call: () => Promise<Answer>, headers: Headers): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    const response = problemResponse(error, headers);
    return { status: response.status, body: await response.text() };
  }
}

function jsonResponse({ status, body }: Answer, headers: Headers): Response {
  headers.set("content-type", status < 400 ? "application/json" : "application/problem+json");
  return new Response(body, { status, headers });
}

export const isCreation = (verb: Verb): boolean =>
  verb.rest.method === "POST" && /\.(create|send|connect)$/.test(verb.name);
