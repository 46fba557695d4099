import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { messages } from "@/lib/db/schema";
import { ChatId } from "@/lib/protocol/ids";
import { MessageView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { loadChatIn } from "./load-chat";
import { viewMessages } from "./view-message";

export const listQueue = defineVerb({
  name: "message.list_queue",
  summary: "Lists the messages that wait in a chat, in their order.",
  input: z.strictObject({ chatId: ChatId }),
  output: z.object({ messages: z.array(MessageView) }),
  action: "workroom.read",
  rest: { method: "GET", path: "/chats/:chatId/queue" },
  run: (ctx, { chatId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadChatIn(tx, ctx, "workroom.read", chatId);
      const queued = and(eq(messages.chatId, chatId), eq(messages.state, "queued"));
      const rows = await tx.select().from(messages).where(queued).orderBy(asc(messages.position));
      return { messages: await viewMessages(tx, rows) };
    }),
});
