import { sessionCookie } from "@/lib/auth/cookies";
import { writeSessionToken } from "@/lib/auth/session-token";
import type { Verb } from "@/lib/domain/define-verb";
import { dispatchVerb } from "@/lib/server/verbs/dispatch-verb";
import { verbs } from "@/lib/server/verbs/registry";
import { type Caller, isKey, type KeyName, type Profile } from "./profiles";
import type { World } from "./world";

export type VerbAnswer = { status: number; code: string | null; text: string };
type Asked = { verb: Verb; profile: Profile; input: Record<string, unknown> };

/** Asks for a verb over REST, as a browser or a program would. */
export async function askVerb(world: World, caller: Caller, asked: Asked): Promise<VerbAnswer> {
  const headers = isKey(caller)
    ? headersOfKey(world, caller, asked.profile)
    : await headersOfPerson(world, caller);
  const { request, path } = verbRequest(world, asked.verb, asked.input, headers);
  const response = await dispatchVerb(verbs, world.ports, request, path);
  const text = await response.text();
  const body = (text ? JSON.parse(text) : {}) as { code?: string };
  return { status: response.status, code: response.ok ? null : (body.code ?? null), text };
}

export async function headersOfPerson(
  world: World,
  caller: Exclude<Caller, KeyName>,
): Promise<Headers> {
  const headers = new Headers({ origin: world.ports.settings.appUrl.origin });
  if (caller === "anonymous") return headers;
  const { sessionId: sid, userId: uid, orgId } = world.inhabitants[caller];
  headers.set("cookie", `${sessionCookie}=${await writeSessionToken({ sid, uid }, 3_600)}`);
  headers.set("workroom-org", caller === "foreigner" ? orgId : world.orgId);
  return headers;
}

/** A program sends its key, and neither a cookie nor an origin. */
export const headersOfKey = ({ secrets }: World, key: KeyName, { keysOf }: Profile): Headers =>
  new Headers({ authorization: `Bearer ${secrets[keysOf][key]}` });

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
