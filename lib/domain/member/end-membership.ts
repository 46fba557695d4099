import { and, eq, isNull, ne } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import {
  agents,
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
import { endSessionsOf } from "../session/delete-session";

type Ended = { userId: string; successorId: string };

/**
 * The rooms and employees of a person who goes stay in the organisation and get a new creator; their sessions end with
 * the membership. @returns the ids of the rooms
 */
export async function passWorkrooms(
  tx: DbTransaction,
  { orgId }: Pick<Context, "orgId">,
  { userId, successorId }: Ended,
): Promise<string[]> {
  const passed = await tx
    .update(workrooms)
    .set({ createdBy: successorId })
    .where(
      and(
        eq(workrooms.orgId, orgId),
        eq(workrooms.createdBy, userId),
        isNull(workrooms.deletedAt),
        ne(workrooms.kind, "session"),
      ),
    )
    .returning({ id: workrooms.id, kind: workrooms.kind });
  await tx
    .update(agents)
    .set({ createdBy: successorId })
    .where(and(eq(agents.orgId, orgId), eq(agents.createdBy, userId)));
  return passed.flatMap(({ id, kind }) => (kind === "room" ? id : []));
}

/**
 * Ends a membership with all that came with it: keys, sessions of programs, shares, marks, notices. Sockets, streams and terminals see the
 * missing row within a second. The audit row is written before, while the organisation still knows the person's name.
 */
export async function endMembership(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "now" | "jobs">,
  { userId }: Pick<Ended, "userId">,
): Promise<void> {
  const { orgId, now } = ctx;
  await endSessionsOf(tx, ctx, userId);
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
