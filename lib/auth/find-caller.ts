import type { PersonActor, Ports } from "@/lib/domain/context";
import { findApiKey } from "@/lib/domain/identity/find-api-key";
import { AppError, notFound } from "@/lib/errors";
import { findActor, type OrgChoice } from "./require-actor";

/** Who asks for something over REST: a person in a browser, or a program with their key. */
export type Caller = { actor: PersonActor; orgId: string; orgSlug: string; userId: string };

/** The key of an `Authorization: Bearer` header. Other schemes are a reverse proxy's business, not ours. */
export function readBearer(authorization: string | null | undefined): string | null {
  return /^bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? null;
}

/**
 * The caller of a request. A key counts before any cookie, and a bad one is never replaced by a cookie.
 *
 * @throws AppError `unauthenticated` · `not_found` for an organisation that the caller is not in
 */
export async function requireCaller(
  ports: Ports,
  request: { headers: Headers },
  choice: OrgChoice = {},
): Promise<Caller> {
  const secret = readBearer(request.headers.get("authorization"));
  const caller =
    secret === null ? await findActor(ports, request, choice) : await findApiKey(ports, secret);
  if (caller === null)
    throw new AppError(
      "unauthenticated",
      secret === null
        ? "Sign in, or send an API key."
        : "This API key is unknown, revoked or expired.",
    );
  const isElsewhere =
    (choice.orgId ?? caller.orgId) !== caller.orgId ||
    (choice.orgSlug ?? caller.orgSlug) !== caller.orgSlug;
  if (isElsewhere) throw notFound("Organisation");
  return caller;
}
