import { and, count, eq } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { orgMembers, users } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { MemberRole } from "@/lib/protocol/view-names";

export type LoadedMember = {
  userId: string;
  name: string;
  email: string;
  role: MemberRole;
  createdAt: Date;
  lastSeenAt: Date | null;
};

export const memberColumns = {
  userId: orgMembers.userId,
  name: users.name,
  email: users.email,
  role: orgMembers.role,
  createdAt: orgMembers.createdAt,
  lastSeenAt: orgMembers.lastSeenAt,
};

/** @throws AppError `not_found` for somebody of another organisation as for nobody */
export async function loadMember(
  tx: DbTransaction,
  orgId: string,
  userId: string,
): Promise<LoadedMember> {
  const [member] = await tx
    .select(memberColumns)
    .from(orgMembers)
    .innerJoin(users, eq(users.id, orgMembers.userId))
    .where(and(eq(orgMembers.orgId, orgId), eq(orgMembers.userId, userId)));
  if (!member) throw notFound("Member");
  return member;
}

/**
 * An organisation is never without an owner. Asked under the lock of `lockOrg`, so that two owners who leave at the
 * same moment are seen one after the other.
 *
 * @throws AppError `conflict` when this owner is the last one
 */
export async function requireOtherOwner(
  tx: DbTransaction,
  orgId: string,
  { role }: Pick<LoadedMember, "role">,
): Promise<void> {
  if (role !== "owner") return;
  const owners = and(eq(orgMembers.orgId, orgId), eq(orgMembers.role, "owner"));
  const [found] = await tx.select({ count: count() }).from(orgMembers).where(owners);
  if ((found?.count ?? 0) < 2)
    throw new AppError(
      "conflict",
      "An organisation needs an owner. Make somebody else an owner first.",
    );
}
