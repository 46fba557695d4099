import { eq } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { chats } from "@/lib/db/schema";
import { ChatEvent } from "@/lib/protocol/events";
import { ChatId } from "@/lib/protocol/ids";
import { defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { readEvents } from "./read-events";

const position = defineCursor("events", z.int().min(0));

export const listEvents = defineVerb({
  name: "chat.list_events",
  summary: "Reads a chat's log after a sequence number or a cursor, oldest first.",
  input: z.strictObject({
    chatId: ChatId,
    after: z.coerce.number().int().min(0).default(0),
    ...pageInput({ max: 1_000, usual: 500 }),
  }),
  output: z.object({
    events: z.array(ChatEvent),
    lastSeq: z.number().int(),
    nextCursor: NextCursor,
  }),
  action: "workroom.read",
  rest: { method: "GET", path: "/chats/:chatId/events" },
  async run(ctx, { chatId, after, cursor, limit }) {
    const events = await readEvents(ctx, chatId, position.read(cursor) ?? after, limit);
    const lastSeq = await readInOrg(ctx.db, ctx.orgId, async (tx) => {
      const [chat] = await tx
        .select({ lastSeq: chats.lastSeq })
        .from(chats)
        .where(eq(chats.id, chatId));
      return chat?.lastSeq ?? 0;
    });
    const last = events.at(-1);
    const nextCursor = last && last.seq < lastSeq ? position.write(last.seq) : null;
    return { events, lastSeq, nextCursor };
  },
});
