import { and, asc, eq, isNull, min, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import {
  EVERYBODY,
  type Message,
  messages,
  orgMembers,
  turns,
  type Workroom,
  workroomShares,
} from "@/lib/db/schema";
import { levelIn } from "../authorize";
import type { Context } from "../context";
import { workroomObject } from "../workroom/load-workroom";

/**
 * A room works with one person's hands at a time: no message starts while a turn of somebody else is open, and none of a
 * person's passes an older one that waits for another's turn to end. Asked under the room's row lock.
 */
export async function mustWait(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "jobs">,
  room: Workroom,
  message: Message,
): Promise<boolean> {
  const inRoom = and(eq(turns.orgId, ctx.orgId), eq(turns.workroomId, room.id));
  const isOthers = sql`${turns.principalId} is distinct from ${message.authorId}`;
  const [others] = await tx
    .select({ id: turns.id })
    .from(turns)
    .where(and(inRoom, isNull(turns.finishedAt), isOthers))
    .limit(1);
  if (others) return true;
  const chatId = await findOlder(tx, message);
  if (chatId === null) return false;
  await ctx.jobs.enqueue(tx, { name: "dispatch_turn", orgId: ctx.orgId, chatId });
  return true;
}

/** The chat of the room's oldest message of somebody else that could start and is older than this one. */
async function findOlder(tx: DbTransaction, message: Message): Promise<string | null> {
  const { rows } = await tx.execute<{ chat_id: string }>(sql`
    select m.chat_id from ${messages} m
    where m.workroom_id = ${message.workroomId} and m.state = 'queued'
      and m.author_id <> ${message.authorId} and m.chat_id <> ${message.chatId}
      and (m.created_at, m.id) < (${message.createdAt}, ${message.id})
      and not exists (
        select 1 from ${messages} f
        where f.chat_id = m.chat_id and f.state = 'queued' and f.position < m.position)
      and not exists (
        select 1 from ${turns} t where t.chat_id = m.chat_id and t.finished_at is null)
    order by m.created_at, m.id limit 1`);
  return rows[0]?.chat_id ?? null;
}

/** Whether a message's author may still have work done in the room: who has lost that lends their hands no more. */
export async function mayStillWork(
  tx: DbTransaction,
  room: Workroom,
  userId: string,
): Promise<boolean> {
  const [member] = await tx
    .select({ role: orgMembers.role })
    .from(orgMembers)
    .where(and(eq(orgMembers.orgId, room.orgId), eq(orgMembers.userId, userId)));
  if (!member) return false;
  const { rows } = await tx.execute<{ shared: "view" | "edit" | null }>(sql`
    select min(access) as shared from ${workroomShares}
    where workroom_id = ${room.id} and user_id in (${userId}, ${EVERYBODY})`);
  const actor = { kind: "user", userId, role: member.role, sessionId: null } as const;
  const level = levelIn(actor, workroomObject(room, rows[0]?.shared ?? null));
  return level === "edit" || level === "own";
}

/** Asks for the next turn of each chat of the room in which a message waits, the longest waiting first. */
export async function dispatchWaiting(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "jobs">,
  workroomId: string,
): Promise<void> {
  const waiting = await tx
    .select({ chatId: messages.chatId })
    .from(messages)
    .where(and(eq(messages.workroomId, workroomId), eq(messages.state, "queued")))
    .groupBy(messages.chatId)
    .orderBy(asc(min(messages.createdAt)));
  for (const { chatId } of waiting)
    await ctx.jobs.enqueue(tx, { name: "dispatch_turn", orgId: ctx.orgId, chatId });
}
