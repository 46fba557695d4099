import { eq } from "drizzle-orm";
import { z } from "zod";
import { messages } from "@/lib/db/schema";
import { ChatId, MessageId } from "@/lib/protocol/ids";
import { MessageView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { changeQueuedMessage } from "./change-queued-message";
import { MessageText } from "./message-text";

export const editMessage = defineVerb({
  name: "message.edit",
  summary: "Changes the text of a message that still waits.",
  input: z.strictObject({ chatId: ChatId, messageId: MessageId, text: MessageText }),
  output: MessageView,
  action: "workroom.write",
  rest: { method: "PATCH", path: "/chats/:chatId/messages/:messageId" },
  run: (ctx, { chatId, messageId, text }) =>
    changeQueuedMessage(ctx, { chatId, messageId, action: "message.edit" }, async (tx) => {
      const mine = eq(messages.id, messageId);
      const [changed] = await tx.update(messages).set({ text }).where(mine).returning();
      return changed;
    }),
});
