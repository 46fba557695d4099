import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { chats } from "@/lib/db/schema";
import { ChatEvent } from "@/lib/protocol/events";
import { ChatId } from "@/lib/protocol/ids";
import { defineVerb } from "../define-verb";
import { readEvents } from "./read-events";

const MAX_EVENTS = 1_000;

export const listEvents = defineVerb({
  name: "chat.list_events",
  summary: "Reads a chat's log after a sequence number, oldest first.",
  input: z.strictObject({
    chatId: ChatId,
    after: z.coerce.number().int().min(0).default(0),
    limit: z.coerce.number().int().min(1).max(MAX_EVENTS).default(500),
  }),
  output: z.object({ events: z.array(ChatEvent), lastSeq: z.number().int() }),
  action: "workroom.read",
  rest: { method: "GET", path: "/chats/:chatId/events" },
  async run(ctx, { chatId, after, limit }) {
    const events = await readEvents(ctx, chatId, after, limit);
    const lastSeq = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const [chat] = await tx
        .select({ lastSeq: chats.lastSeq })
        .from(chats)
        .where(eq(chats.id, chatId));
      return chat?.lastSeq ?? 0;
    });
    return { events, lastSeq };
  },
});
