import { and, desc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { turns } from "@/lib/db/schema";
import { ChatId } from "@/lib/protocol/ids";
import { TurnView } from "@/lib/protocol/views";
import { loadChatIn } from "../chat/load-chat";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { viewTurn } from "./view-turn";

const position = defineCursor("turns", z.tuple([z.string(), z.string()]));

export const listTurns = defineVerb({
  name: "turn.list",
  summary: "Lists a chat's turns: the last page first, in each page the oldest first.",
  input: z.strictObject({ chatId: ChatId, ...pageInput({ max: 500, usual: 500 }) }),
  output: z.object({ turns: z.array(TurnView), nextCursor: NextCursor }),
  action: "workroom.read",
  rest: { method: "GET", path: "/chats/:chatId/turns" },
  run: (ctx, { chatId, cursor, limit }) =>
    readInOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadChatIn(tx, ctx, "workroom.read", chatId);
      const before = position.read(cursor);
      const isBefore =
        before &&
        sql`(${turns.startedAt}, ${turns.id}) < (${before[0]}::timestamptz, ${before[1]})`;
      const rows = await tx
        .select({ turn: turns, startedAt: sql<string>`${turns.startedAt}::text` })
        .from(turns)
        .where(and(eq(turns.chatId, chatId), isBefore ?? undefined))
        .orderBy(desc(turns.startedAt), desc(turns.id))
        .limit(limit + 1);
      const { page, nextCursor } = cutPage(rows, limit, ({ turn, startedAt }) =>
        position.write([startedAt, turn.id]),
      );
      return { turns: page.toReversed().map(({ turn }) => viewTurn(turn)), nextCursor };
    }),
});
