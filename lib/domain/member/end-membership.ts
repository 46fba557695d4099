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

/**
 * Ends a membership with all that came with it: keys, shares, marks, notices. The person's rooms stay in the
 * organisation and get a new creator. Sockets, streams and terminals see the missing row within a second.
 *
 * @returns the ids of the rooms that changed hands
 */
export async function endMembership(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "now">,
  { userId, successorId }: { userId: string; successorId: string },
): Promise<string[]> {
  const { orgId } = ctx;
  const passed = await tx
    .update(workrooms)
    .set({ createdBy: successorId })
    .where(
      and(eq(workrooms.orgId, orgId), eq(workrooms.createdBy, userId), isNull(workrooms.deletedAt)),
    )
    .returning({ id: workrooms.id });
  for (const table of [workroomShares, workroomMarks, presences, notifications, pushSubscriptions])
    await tx.delete(table).where(and(eq(table.orgId, orgId), eq(table.userId, userId)));
  const liveKeys = and(
    eq(apiKeys.orgId, orgId),
    eq(apiKeys.userId, userId),
    isNull(apiKeys.revokedAt),
  );
  await tx.update(apiKeys).set({ revokedAt: ctx.now() }).where(liveKeys);
  await tx
    .delete(orgMembers)
    .where(and(eq(orgMembers.orgId, orgId), eq(orgMembers.userId, userId)));
  return passed.map(({ id }) => id);
}
