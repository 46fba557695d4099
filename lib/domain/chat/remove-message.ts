import { eq } from "drizzle-orm";
import { z } from "zod";
import { messages } from "@/lib/db/schema";
import { ChatId, MessageId } from "@/lib/protocol/ids";
import { MessageView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { changeQueuedMessage } from "./change-queued-message";

export const removeMessage = defineVerb({
  name: "message.remove",
  summary: "Takes a message that still waits out of the queue.",
  input: z.strictObject({ chatId: ChatId, messageId: MessageId }),
  output: MessageView,
  action: "workroom.write",
  rest: { method: "DELETE", path: "/chats/:chatId/messages/:messageId" },
  run: (ctx, { chatId, messageId }) =>
    changeQueuedMessage(ctx, { chatId, messageId, action: "message.remove" }, async (tx) => {
      const mine = eq(messages.id, messageId);
      const [changed] = await tx.update(messages).set({ state: "removed" }).where(mine).returning();
      return changed;
    }),
});
