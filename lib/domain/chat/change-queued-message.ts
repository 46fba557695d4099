import { and, eq } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type Message, messages } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { MessageView } from "@/lib/protocol/views";
import type { Context } from "../context";
import { actorId } from "../system-context";
import { dispatchWaiting } from "../turn/room-hands";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { appendChatEvents } from "./append-chat-events";
import { loadChatIn } from "./load-chat";
import { viewMessage } from "./view-message";

/**
 * Changes a message that still waits; only its author may. The chat is locked, so it can't be sent meanwhile.
 *
 * @throws AppError `conflict` when it was sent or removed already
 */
export async function changeQueuedMessage(
  ctx: Context,
  target: { chatId: string; messageId: string; action: string },
  change: (tx: DbTransaction, message: Message) => Promise<Message | undefined>,
): Promise<MessageView> {
  const { chatId, messageId, action } = target;
  const { view, workroomId } = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const { room } = await loadChatIn(tx, ctx, "workroom.write", chatId, { lock: true });
    const named = and(eq(messages.id, messageId), eq(messages.chatId, chatId));
    const [message] = await tx.select().from(messages).where(named);
    if (!message) throw notFound("Message");
    if (message.authorId !== actorId(ctx))
      throw new AppError("forbidden", "Only the person who wrote a message can change it.");
    if (message.state !== "queued")
      throw new AppError("conflict", "The employee has this message already.");
    const changed = await change(tx, message);
    if (!changed) throw notFound("Message");
    const view = await viewMessage(tx, changed);
    await appendChatEvents(tx, ctx, chatId, [{ type: "chat/message", turnId: null, data: view }]);
    await writeAudit(tx, ctx, action, messageId);
    await dispatchWaiting(tx, ctx, room.id); // Another's may have waited for this one.
    return { view, workroomId: room.id };
  });
  publishChat(ctx, chatId);
  publishWorkroom(ctx, workroomId);
  return view;
}
