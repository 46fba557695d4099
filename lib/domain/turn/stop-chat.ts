import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { turns } from "@/lib/db/schema";
import { ChatId } from "@/lib/protocol/ids";
import { loadChatIn } from "../chat/load-chat";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { endNow } from "./dispatch-turn";

export const stopChat = defineVerb({
  name: "chat.stop",
  summary: "Stops the turn that runs in a chat; what it has done so far stays and can be undone.",
  input: z.strictObject({ chatId: ChatId }),
  output: z.object({}),
  action: "workroom.write",
  rest: { method: "POST", path: "/chats/:chatId/stop" },
  async run(ctx, { chatId }) {
    const turn = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadChatIn(tx, ctx, "workroom.write", chatId);
      const running = and(eq(turns.chatId, chatId), eq(turns.state, "running"));
      const [row] = await tx.select().from(turns).where(running).limit(1);
      await writeAudit(tx, ctx, "chat.stop", chatId, { turnId: row?.id ?? null });
      return row;
    });
    if (!turn) return {};
    if (!turn.acceptedAt) {
      await endNow(ctx, turn.id, "cancelled", null);
      return {};
    }
    // The engine ends the turn and says so; one that can't be reached has nothing left to stop.
    await ctx.engine
      .cancelTurn(turn.workroomId, turn.id)
      .catch(() => endNow(ctx, turn.id, "interrupted", "The employee could not be reached."));
    return {};
  },
});
