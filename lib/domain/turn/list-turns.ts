import { desc, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { turns } from "@/lib/db/schema";
import { ChatId } from "@/lib/protocol/ids";
import { TurnView } from "@/lib/protocol/views";
import { loadChatIn } from "../chat/load-chat";
import { defineVerb } from "../define-verb";
import { viewTurn } from "./view-turn";

const MAX_TURNS = 500;

export const listTurns = defineVerb({
  name: "turn.list",
  summary: "Lists a chat's turns, oldest first.",
  input: z.strictObject({ chatId: ChatId }),
  output: z.object({ turns: z.array(TurnView) }),
  action: "workroom.read",
  rest: { method: "GET", path: "/chats/:chatId/turns" },
  run: (ctx, { chatId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadChatIn(tx, ctx, "workroom.read", chatId);
      const rows = await tx
        .select()
        .from(turns)
        .where(eq(turns.chatId, chatId))
        .orderBy(desc(turns.startedAt), desc(turns.id))
        .limit(MAX_TURNS);
      return { turns: rows.toReversed().map(viewTurn) };
    }),
});
