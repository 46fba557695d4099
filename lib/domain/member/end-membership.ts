import { and, eq, isNull } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import {
  apiKeys,
  notifications,
  orgMembers,
  presences,
  pushSubscriptions,
  workroomMarks,
  workrooms,
  workroomShares,
} from "@/lib/db/schema";
import type { Context } from "../context";

type Ended = { userId: string; successorId: string };

/** The rooms of a person who goes stay in the organisation and get a new creator. @returns their ids */
export async function passWorkrooms(
  tx: DbTransaction,
  { orgId }: Pick<Context, "orgId">,
  { userId, successorId }: Ended,
): Promise<string[]> {
  const passed = await tx
    .update(workrooms)
    .set({ createdBy: successorId })
    .where(
      and(eq(workrooms.orgId, orgId), eq(workrooms.createdBy, userId), isNull(workrooms.deletedAt)),
    )
    .returning({ id: workrooms.id });
  return passed.map(({ id }) => id);
}

/**
 * Ends a membership with all that came with it: keys, shares, marks, notices. Sockets, streams and terminals see the
 * missing row within a second. The audit row is written before, while the organisation still knows the person's name.
 */
export async function endMembership(
  tx: DbTransaction,
  { orgId, now }: Pick<Context, "orgId" | "now">,
  { userId }: Pick<Ended, "userId">,
): Promise<void> {
  for (const table of [workroomShares, workroomMarks, presences, notifications, pushSubscriptions])
    await tx.delete(table).where(and(eq(table.orgId, orgId), eq(table.userId, userId)));
  const liveKeys = and(
    eq(apiKeys.orgId, orgId),
    eq(apiKeys.userId, userId),
    isNull(apiKeys.revokedAt),
  );
  await tx.update(apiKeys).set({ revokedAt: now() }).where(liveKeys);
  await tx
    .delete(orgMembers)
    .where(and(eq(orgMembers.orgId, orgId), eq(orgMembers.userId, userId)));
}
