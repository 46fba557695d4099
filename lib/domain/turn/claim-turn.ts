import { and, asc, eq, isNull } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import {
  type Chat,
  type Message,
  messages,
  type Turn,
  turns,
  type Workroom,
  workrooms,
} from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import { appendChatEvents } from "../chat/append-chat-events";
import { loadChatIn } from "../chat/load-chat";
import { viewMessage } from "../chat/view-message";
import type { Context } from "../context";
import { findEmployee } from "../model/find-employee";
import { clearAttention } from "../workroom/note-attention";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { wishState } from "../workroom/wish-state";
import { dispatchWaiting, mayStillWork, mustWait } from "./room-hands";
import { turnEvent } from "./view-turn";

/**
 * The turn of this chat that the engine must be told of: one that was claimed before and never accepted, or a new one
 * for the first message that waits. One turn per chat, in a room that is awake; else `null`, and a room that sleeps is
 * woken. Everything under the locks of room and chat.
 */
export async function claimTurn(ctx: Context, chatId: string): Promise<Turn | null> {
  const claimed = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const { chat, room } = await loadChatIn(tx, ctx, "workroom.write", chatId, { lock: true });
    const open = and(eq(turns.chatId, chatId), isNull(turns.finishedAt));
    const [current] = await tx.select().from(turns).where(open).limit(1);
    if (current) {
      const isOffered = current.state === "running" && !current.acceptedAt;
      return isOffered && room.state === "active" ? { turn: current, isNew: false } : null;
    }
    return claimNext(tx, ctx, chat, room);
  });
  if (!claimed) return null;
  if (claimed.isNew) {
    publishChat(ctx, chatId);
    publishWorkroom(ctx, claimed.turn.workroomId);
  }
  return claimed.turn;
}

async function claimNext(tx: DbTransaction, ctx: Context, chat: Chat, room: Workroom) {
  const queued = and(eq(messages.chatId, chat.id), eq(messages.state, "queued"));
  const [message] = await tx
    .select()
    .from(messages)
    .where(queued)
    .orderBy(asc(messages.position))
    .limit(1)
    .for("update", { skipLocked: true });
  if (!message) return null;
  if (room.desiredState !== "active") {
    await wishState(tx, ctx, room, { desiredState: "active", reason: "message" });
    return null;
  }
  if (room.state !== "active") return null; // The reconciler asks again once the room is up.
  if (!(await mayStillWork(tx, room, message.authorId))) {
    await dropMessage(tx, ctx, message);
    return null;
  }
  if (await mustWait(tx, ctx, room, message)) return null; // The end of that turn asks again.
  const employee = await findEmployee(tx);
  const [turn] = await tx
    .insert(turns)
    .values({
      id: newId("turn"),
      orgId: ctx.orgId,
      chatId: chat.id,
      workroomId: room.id,
      messageId: message.id,
      principalId: message.authorId,
      epoch: room.epoch,
      startedAt: ctx.now(),
      isScripted: employee.isScripted,
      employeeLabel: employee.label,
      modelKeyId: employee.key?.id ?? null,
    })
    .returning();
  const [sent] = await tx
    .update(messages)
    .set({ state: "sent", turnId: turn?.id ?? null })
    .where(eq(messages.id, message.id))
    .returning();
  if (!turn || !sent) throw new Error("The message was locked by this transaction.");
  await tx.update(workrooms).set({ lastActiveAt: ctx.now() }).where(eq(workrooms.id, room.id));
  await clearAttention(tx, room.id);
  await appendChatEvents(tx, ctx, chat.id, [
    { type: "chat/message", turnId: turn.id, data: await viewMessage(tx, sent) },
    turnEvent(turn),
  ]);
  return { turn, isNew: true };
}

/** The message of somebody who may not work here any more; what waited behind it goes on. */
async function dropMessage(tx: DbTransaction, ctx: Context, { id, chatId }: Message) {
  const [gone] = await tx
    .update(messages)
    .set({ state: "removed" })
    .where(eq(messages.id, id))
    .returning();
  if (!gone) throw new Error("The message was locked by this transaction.");
  const text = "A message was not sent: its author can't work in this workroom any more.";
  await appendChatEvents(tx, ctx, chatId, [
    { type: "chat/message", turnId: null, data: await viewMessage(tx, gone) },
    { type: "chat/notice", turnId: null, data: { level: "warning", text } },
  ]);
  if (gone.workroomId) await dispatchWaiting(tx, ctx, gone.workroomId);
}
