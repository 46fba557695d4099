import { and, desc, eq, gt, inArray, isNotNull } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import {
  EVERYBODY,
  messages,
  notifications,
  orgMembers,
  presences,
  pushSubscriptions,
  type Turn,
  type Workroom,
  workroomMarks,
  workroomShares,
} from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import type { Attention } from "@/lib/protocol/views";
import { levelIn } from "../authorize";
import type { Context } from "../context";
import { STALE_AFTER_MS } from "../presence/stale-after";
import { workroomObject } from "../workroom/load-workroom";

const MAX_BODY = 160;

type Ctx = Pick<Context, "orgId" | "now" | "jobs">;

/**
 * Tells a room's creator, and whose turn it was, what happened there: in the page, and by push where they have asked for
 * it. Not who is in the room now, who has muted it, or who may see it no more. Part of the transaction in which it
 * happened.
 */
export async function notifyPeople(
  tx: DbTransaction,
  ctx: Ctx,
  room: Workroom,
  event: { kind: Attention; turn: Turn | null; body: string },
): Promise<void> {
  const people = new Set([room.createdBy, event.turn?.principalId ?? room.createdBy]);
  for (const userId of await listReachable(tx, ctx, room, [...people])) {
    const notification = {
      id: newId("notification"),
      orgId: ctx.orgId,
      userId,
      workroomId: room.id,
      turnId: event.turn?.id ?? null,
      kind: event.kind,
      body: event.body.slice(0, MAX_BODY),
      createdAt: ctx.now(),
    };
    await tx.insert(notifications).values(notification);
    const subscriptions = await tx
      .select({ id: pushSubscriptions.id })
      .from(pushSubscriptions)
      .where(and(eq(pushSubscriptions.orgId, ctx.orgId), eq(pushSubscriptions.userId, userId)));
    for (const { id } of subscriptions)
      await ctx.jobs.enqueue(tx, {
        name: "send_push",
        orgId: ctx.orgId,
        notificationId: notification.id,
        subscriptionId: id,
      });
  }
}

async function listReachable(
  tx: DbTransaction,
  ctx: Ctx,
  room: Workroom,
  people: string[],
): Promise<string[]> {
  const members = await tx
    .select({ userId: orgMembers.userId, role: orgMembers.role })
    .from(orgMembers)
    .where(and(eq(orgMembers.orgId, ctx.orgId), inArray(orgMembers.userId, people)));
  const shares = await tx
    .select()
    .from(workroomShares)
    .where(
      and(
        eq(workroomShares.workroomId, room.id),
        inArray(workroomShares.userId, [...people, EVERYBODY]),
      ),
    );
  const muted = await tx
    .select({ userId: workroomMarks.userId })
    .from(workroomMarks)
    .where(
      and(
        eq(workroomMarks.workroomId, room.id),
        inArray(workroomMarks.userId, people),
        isNotNull(workroomMarks.mutedAt),
      ),
    );
  const fresh = new Date(ctx.now().getTime() - STALE_AFTER_MS);
  const here = await tx
    .select({ userId: presences.userId })
    .from(presences)
    .where(
      and(
        eq(presences.workroomId, room.id),
        inArray(presences.userId, people),
        gt(presences.seenAt, fresh),
      ),
    );
  const busy = new Set([...muted, ...here].map(({ userId }) => userId));
  return members
    .filter(({ userId, role }) => {
      if (busy.has(userId)) return false;
      const own = shares.find((share) => share.userId === userId || share.userId === EVERYBODY);
      const actor = { kind: "user", userId, role, sessionId: null } as const;
      return levelIn(actor, workroomObject(room, own?.access ?? null)) !== null;
    })
    .map(({ userId }) => userId);
}

/** What to say of a turn that has ended: what was asked, or why it went wrong. */
export async function describeTurnEnd(tx: DbTransaction, turn: Turn): Promise<string> {
  if (turn.state !== "done" && turn.message) return turn.message;
  const [asked] = await tx
    .select({ text: messages.text })
    .from(messages)
    .where(eq(messages.id, turn.messageId))
    .orderBy(desc(messages.createdAt))
    .limit(1);
  const [firstLine = ""] = (asked?.text ?? "").trim().split("\n");
  return turn.state === "done" ? `Finished: ${firstLine}` : `Didn’t finish: ${firstLine}`;
}
