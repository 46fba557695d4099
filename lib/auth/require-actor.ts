import type { PersonActor, Ports } from "@/lib/domain/context";
import { findSession } from "@/lib/domain/identity/find-session";
import { AppError, notFound } from "@/lib/errors";
import { readSessionToken } from "./session-token";

export type SignedIn = {
  actor: PersonActor & { sessionId: string };
  orgId: string;
  orgSlug: string;
  userId: string;
};
/** Which organisation is meant; none: the first one the person belongs to. */
export type OrgChoice = { orgSlug?: string; orgId?: string };

/** Who asks: the session's row and the membership are read each time, so a revoked one ends at once. */
export async function findActor(
  ports: Ports,
  request: { headers: Headers },
  choice: OrgChoice = {},
): Promise<SignedIn | null> {
  const token = await readSessionToken(request.headers);
  return token === null ? null : findSessionActor(ports, token.sid, choice);
}

/** @throws AppError `not_found` for an organisation the person is no member of */
export async function findSessionActor(
  ports: Ports,
  sessionId: string,
  choice: OrgChoice = {},
): Promise<SignedIn | null> {
  const session = await findSession(ports, sessionId);
  if (session === null) return null;
  const org = session.orgs.find(
    ({ id, slug }) =>
      (choice.orgId === undefined || choice.orgId === id) &&
      (choice.orgSlug === undefined || choice.orgSlug === slug),
  );
  if (org === undefined) throw notFound("Organisation");
  const userId = session.user.id;
  return {
    actor: { kind: "user", userId, sessionId, role: org.role },
    orgId: org.id,
    orgSlug: org.slug,
    userId,
  };
}

/** @throws AppError `unauthenticated` · `not_found` for an organisation the person is no member of */
export async function requireActor(
  ports: Ports,
  request: { headers: Headers },
  choice: OrgChoice = {},
): Promise<SignedIn> {
  const signedIn = await findActor(ports, request, choice);
  if (signedIn === null) throw new AppError("unauthenticated", "Sign in to go on.");
  return signedIn;
}
