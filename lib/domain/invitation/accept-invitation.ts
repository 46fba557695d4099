import { and, eq, gt, isNull } from "drizzle-orm";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { type Invitation, invitations, orgMembers, orgs, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { PersonActor, Ports } from "../context";
import { writeAudit } from "../write-audit";
import { hashInvitationSecret } from "./invitation-secret";

/** Unknown, used, taken back, too old, for somebody else: one answer, which tells what to do. */
export const unusableInvitation = () =>
  new AppError(
    "not_found",
    "This invitation can't be used any more. Ask the person who invited you for a new one.",
  );

export const usableInvitation = (secret: string, now: Date) =>
  and(
    eq(invitations.secretHash, hashInvitationSecret(secret)),
    isNull(invitations.acceptedAt),
    isNull(invitations.revokedAt),
    gt(invitations.expiresAt, now),
  );

export type Joined = { orgId: string; orgSlug: string };

/**
 * Makes a signed-in person a member, if the invitation is for their address. Of many tries at once, one succeeds.
 *
 * @throws AppError `not_found` for an invitation that is unknown, used, taken back, too old or for another address
 */
export const acceptInvitation = (
  ports: Pick<Ports, "db" | "now">,
  { secret, userId }: { secret: string; userId: string },
): Promise<Joined> =>
  inSystem(ports.db, async (tx) => {
    const [user] = await tx.select().from(users).where(eq(users.id, userId));
    if (!user) throw unusableInvitation();
    return acceptInvitationIn(tx, ports, { secret, userId, email: user.email });
  });

/** The same as part of a transaction in the system's scope: the link is used up exactly when the person has joined. */
export async function acceptInvitationIn(
  tx: DbTransaction,
  ports: Pick<Ports, "now">,
  { secret, userId, email }: { secret: string; userId: string; email: string },
): Promise<Joined> {
  const now = ports.now();
  const [claimed] = await tx
    .update(invitations)
    .set({ acceptedAt: now, acceptedBy: userId })
    .where(and(usableInvitation(secret, now), eq(invitations.email, email)))
    .returning();
  if (!claimed) throw unusableInvitation();
  const [org] = await tx.select().from(orgs).where(eq(orgs.id, claimed.orgId));
  if (!org) throw unusableInvitation();
  await addMember(tx, ports, claimed, userId);
  return { orgId: org.id, orgSlug: org.slug };
}

async function addMember(
  tx: DbTransaction,
  ports: Pick<Ports, "now">,
  { id, orgId, role }: Invitation,
  userId: string,
): Promise<void> {
  // Who is a member by now keeps the role they have: an old link changes nobody's rights.
  await tx
    .insert(orgMembers)
    .values({ orgId, userId, role, createdAt: ports.now() })
    .onConflictDoNothing();
  const actor: PersonActor = { kind: "user", userId, role, sessionId: null };
  await writeAudit(tx, { orgId, actor, now: ports.now }, "invitation.accept", id, { role });
}
