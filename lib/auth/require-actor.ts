import type { PersonActor, Ports } from "@/lib/domain/context";
import { findSession } from "@/lib/domain/identity/find-session";
import { isStale, touchSession } from "@/lib/domain/identity/touch-session";
import { AppError, notFound } from "@/lib/errors";
import { createLog } from "@/lib/log";
import { clientAddressHeader } from "./client-address";
import { readSessionToken } from "./session-token";

const log = createLog("auth");

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
  if (token === null) return null;
  const address = request.headers.get(clientAddressHeader);
  return findSessionActor(ports, token.sid, choice, address);
}

/** @throws AppError `not_found` for an organisation the person is no member of */
export async function findSessionActor(
  ports: Ports,
  sessionId: string,
  choice: OrgChoice = {},
  /** Where the request came from, when that is known. */
  address: string | null = null,
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
  if (isStale(session.lastSeenAt, ports.now()) || isStale(org.lastSeenAt, ports.now()))
    noteUse(ports, { sessionId, userId, orgId: org.id, address });
  return {
    actor: { kind: "user", userId, sessionId, role: org.role },
    orgId: org.id,
    orgSlug: org.slug,
    userId,
  };
}

/** Beside the request, which does not wait for it. */
function noteUse(ports: Ports, used: Parameters<typeof touchSession>[1]): void {
  touchSession(ports, used).catch((error: unknown) =>
    log.warn({ err: error }, "the use of a session could not be noted"),
  );
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
