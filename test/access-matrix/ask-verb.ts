import { sessionCookie } from "@/lib/auth/cookies";
import { writeSessionToken } from "@/lib/auth/session-token";
import type { Context } from "@/lib/domain/context";
import type { Verb } from "@/lib/domain/define-verb";
import { newId } from "@/lib/ids";
import { dispatchVerb } from "@/lib/server/verbs/dispatch-verb";
import { problemResponse } from "@/lib/server/problem-response";
import { verbs } from "@/lib/server/verbs/registry";
import { type Caller, isKey, type Profile, scopesOf } from "./profiles";
import type { World } from "./world";

export type VerbAnswer = { status: number; code: string | null; text: string };

/** Asks for a verb over REST, as a browser or a program would. */
export async function askVerb(
  world: World,
  caller: Caller,
  asked: { verb: Verb; profile: Profile; input: Record<string, unknown> },
): Promise<VerbAnswer> {
  const response = isKey(caller)
    ? await runWithKey(world, asked, scopesOf(caller))
    : await dispatchAs(world, caller, asked);
  const text = await response.text();
  const body = (text ? JSON.parse(text) : {}) as { code?: string };
  return { status: response.status, code: response.ok ? null : (body.code ?? null), text };
}

async function dispatchAs(
  world: World,
  caller: Exclude<Caller, `${string}Key`>,
  { verb, input }: { verb: Verb; input: Record<string, unknown> },
): Promise<Response> {
  const headers = new Headers({ origin: world.ports.settings.appUrl.origin });
  if (caller !== "anonymous") {
    const { sessionId: sid, userId: uid, orgId } = world.inhabitants[caller];
    headers.set("cookie", `${sessionCookie}=${await writeSessionToken({ sid, uid }, 3_600)}`);
    headers.set("workroom-org", caller === "foreigner" ? orgId : world.orgId);
  }
  const { request, path } = verbRequest(world, verb, input, headers);
  return dispatchVerb(verbs, world.ports, request, path);
}

/** The HTTP request of a verb: names of the path from the input, the rest as query or body. */
function verbRequest(
  { ports }: World,
  { rest }: Verb,
  input: Record<string, unknown>,
  headers: Headers,
) {
  const left = { ...input };
  const path = rest.path
    .slice(1)
    .split("/")
    .map((part) => {
      if (!part.startsWith(":")) return part;
      const value = String(left[part.slice(1)]);
      delete left[part.slice(1)];
      return value;
    });
  const url = new URL(`/api/v1/${path.join("/")}`, ports.settings.appUrl);
  const hasBody = rest.method !== "GET" && rest.method !== "DELETE";
  if (!hasBody)
    for (const [name, value] of Object.entries(left)) url.searchParams.set(name, String(value));
  headers.set("content-type", "application/json");
  const init = { method: rest.method, headers };
  const request = new Request(url, hasBody ? { ...init, body: JSON.stringify(left) } : init);
  return { request, path };
}

async function runWithKey(
  world: World,
  { verb, profile, input }: { verb: Verb; profile: Profile; input: Record<string, unknown> },
  scopes: ReturnType<typeof scopesOf>,
): Promise<Response> {
  const { userId, role } = world.inhabitants[profile.keysOf];
  const apiKey = { id: newId("apiKey"), scopes };
  const ctx: Context = {
    ...world.ports,
    orgId: world.orgId,
    requestId: newId("request"),
    actor: { kind: "user", userId, role, sessionId: null, apiKey },
  };
  try {
    return Response.json(await verb.run(ctx, verb.input.parse(input)));
  } catch (error) {
    return problemResponse(error);
  }
}
