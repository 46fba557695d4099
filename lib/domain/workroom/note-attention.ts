import { and, eq, gt } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { presences, type Turn, workrooms } from "@/lib/db/schema";
import type { TurnEndReason } from "@/lib/protocol/events";
import type { Attention } from "@/lib/protocol/views";
import type { Context } from "../context";
import { describeTurnEnd, notifyPeople } from "../notification/notify-people";
import { markReadIn } from "../mark/mark-read";
import { STALE_AFTER_MS } from "../presence/stale-after";

/** What the end of a turn is to the room's people; a person who stopped it knows. */
const attentionOf: Record<TurnEndReason, Attention | null> = {
  done: "done",
  cancelled: null,
  failed: "failed",
  limit: "failed",
  interrupted: "failed",
};

/** Sets what happened in a room that its people should look at, in the transaction in which it happened. */
export const noteAttention = (
  tx: DbTransaction,
  ctx: Pick<Context, "now">,
  workroomId: string,
  attention: Attention,
) =>
  tx
    .update(workrooms)
    .set({ attention, attentionAt: ctx.now() })
    .where(eq(workrooms.id, workroomId))
    .returning();

/** Something new begins: what happened before is no news any more. */
export const clearAttention = (tx: DbTransaction, workroomId: string) =>
  tx
    .update(workrooms)
    .set({ attention: null, attentionAt: null })
    .where(eq(workrooms.id, workroomId));

/** A turn has ended: the room's people see that something is new, but not the author who watches it. */
export async function noteTurnEnd(
  tx: DbTransaction,
  ctx: Pick<Context, "now" | "orgId" | "jobs">,
  turn: Turn,
): Promise<void> {
  const attention = turn.state === "running" ? null : attentionOf[turn.state];
  if (attention === null) return;
  const { workroomId, principalId: userId } = turn;
  const [room] = await noteAttention(tx, ctx, workroomId, attention);
  const body = await describeTurnEnd(tx, turn);
  if (room) await notifyPeople(tx, ctx, room, { kind: attention, turn, body });
  if (userId === null) return;
  const fresh = new Date(ctx.now().getTime() - STALE_AFTER_MS);
  const here = and(
    eq(presences.workroomId, workroomId),
    eq(presences.userId, userId),
    gt(presences.seenAt, fresh),
  );
  const [seen] = await tx.select({ userId: presences.userId }).from(presences).where(here).limit(1);
  if (seen) await markReadIn(tx, ctx, { workroomId, userId });
}
