import { and, eq, max } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import {
  type Chat,
  chats,
  type Message,
  messages,
  type Workroom,
  workrooms,
} from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { ChatId } from "@/lib/protocol/ids";
import { WorkspacePath } from "@/lib/protocol/paths";
import { MessageView } from "@/lib/protocol/views";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { UNTITLED } from "../workroom/create-workroom";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { wishState } from "../workroom/wish-state";
import { writeAudit } from "../write-audit";
import { appendChatEvents } from "./append-chat-events";
import { loadChatIn } from "./load-chat";
import { MessageText, titleOf } from "./message-text";
import { UNTITLED_CHAT } from "./untitled-chat";
import { viewMessage } from "./view-message";

const MAX_QUEUED = 100;

const Input = z.strictObject({
  chatId: ChatId,
  text: MessageText,
  attachments: z.array(WorkspacePath).max(100).default([]),
  idempotencyKey: z.string().min(1).max(100),
});
type Input = z.output<typeof Input>;

export const sendMessage = defineVerb({
  name: "message.send",
  summary: "Puts a message into a chat's queue and wakes the workroom for it.",
  input: Input,
  output: MessageView,
  action: "workroom.write",
  rest: { method: "POST", path: "/chats/:chatId/messages" },
  async run(ctx, input) {
    const { view, workroomId } = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { chat, room } = await loadChatIn(tx, ctx, "workroom.write", input.chatId, {
        lock: true,
      });
      const known = await findMessage(tx, input);
      if (known) return { view: await viewMessage(tx, known), workroomId: room.id };
      const message = await insertMessage(tx, ctx, input);
      const view = await viewMessage(tx, message);
      await appendChatEvents(tx, ctx, input.chatId, [
        { type: "chat/message", turnId: null, data: view },
      ]);
      await nameChat(tx, chat, input.text);
      await showRoom(tx, ctx, room, input.text);
      await writeAudit(tx, ctx, "message.send", message.id, { workroomId: room.id });
      await ctx.jobs.enqueue(tx, {
        name: "dispatch_turn",
        orgId: ctx.orgId,
        chatId: input.chatId,
      });
      return { view, workroomId: room.id };
    });
    publishChat(ctx, input.chatId);
    publishWorkroom(ctx, workroomId);
    return view;
  },
});

async function findMessage(tx: DbTransaction, { chatId, idempotencyKey }: Input) {
  const same = and(eq(messages.chatId, chatId), eq(messages.idempotencyKey, idempotencyKey));
  const [message] = await tx.select().from(messages).where(same);
  return message;
}

async function insertMessage(tx: DbTransaction, ctx: Context, input: Input): Promise<Message> {
  if (ctx.actor.kind !== "user") throw new AppError("forbidden", "Messages are written by people.");
  const queued = and(eq(messages.chatId, input.chatId), eq(messages.state, "queued"));
  if ((await tx.$count(messages, queued)) >= MAX_QUEUED)
    throw new AppError("limit_exceeded", `At most ${MAX_QUEUED} messages can wait in a chat.`);
  const inChat = eq(messages.chatId, input.chatId);
  const [last] = await tx
    .select({ position: max(messages.position) })
    .from(messages)
    .where(inChat);
  const [message] = await tx
    .insert(messages)
    .values({
      id: newId("message"),
      orgId: ctx.orgId,
      chatId: input.chatId,
      authorId: ctx.actor.userId,
      text: input.text,
      attachments: input.attachments,
      position: (last?.position ?? 0) + 1,
      idempotencyKey: input.idempotencyKey,
      createdAt: ctx.now(),
    })
    .returning();
  if (!message) throw new Error("One message was inserted.");
  return message;
}

/** A chat is called by its first message. */
async function nameChat(tx: DbTransaction, chat: Chat, text: string): Promise<void> {
  if (chat.title !== UNTITLED_CHAT) return;
  const title = titleOf(text) || UNTITLED_CHAT;
  await tx.update(chats).set({ title }).where(eq(chats.id, chat.id));
}

/** The first message makes a draft a room, gives it a title, and any message wakes it. */
async function showRoom(tx: DbTransaction, ctx: Context, room: Workroom, text: string) {
  const title = room.title === UNTITLED ? titleOf(text) || UNTITLED : room.title;
  const values = { isDraft: false, title, lastActiveAt: ctx.now() };
  await tx.update(workrooms).set(values).where(eq(workrooms.id, room.id));
  if (room.desiredState !== "active" || room.state === "failed")
    await wishState(tx, ctx, room, { desiredState: "active", reason: "message" });
}
