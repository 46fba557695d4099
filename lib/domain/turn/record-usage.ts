import { eq, sql } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { modelUsage, turns } from "@/lib/db/schema";
import type { HostEvent } from "@/lib/protocol/host";
import { appendChatEvents } from "../chat/append-chat-events";
import type { Context } from "../context";
import { publishChat } from "../workroom/publish-change";
import { turnEvent } from "./view-turn";

const MAX_COUNT = 2_147_483_647;

type Usage = Extract<HostEvent["event"], { type: "model_usage" }>;

/** Books one answered model call on its turn and key; `id` names the call, so booking it twice adds nothing. */
export async function recordUsage(ctx: Context, id: string, usage: Usage): Promise<void> {
  const { orgId } = ctx;
  const chatId = await inOrg(ctx.db, orgId, async (tx) => {
    const mine = eq(turns.id, usage.turnId);
    const [turn] = await tx.select().from(turns).where(mine).for("no key update");
    if (!turn?.modelKeyId || turn.workroomId !== usage.roomId) return null;
    const { turnId, costMicroUsd } = usage;
    const booked = await tx
      .insert(modelUsage)
      .values({
        id,
        orgId,
        turnId,
        modelKeyId: turn.modelKeyId,
        inputTokens: countable(usage.inputTokens),
        outputTokens: countable(usage.outputTokens),
        costMicroUsd,
        createdAt: ctx.now(),
      })
      .onConflictDoNothing()
      .returning();
    if (booked.length === 0) return null;
    const [changed] = await tx
      .update(turns)
      .set({
        costMicroUsd: sql`${turns.costMicroUsd} + ${costMicroUsd}`,
        ...(usage.isEstimated && { isCostEstimated: true }),
      })
      .where(mine)
      .returning();
    if (changed) await appendChatEvents(tx, ctx, turn.chatId, [turnEvent(changed)]);
    return turn.chatId;
  });
  if (chatId) publishChat(ctx, chatId);
}

/** A count is a provider's word. One that no column holds would fail for ever, and with it every event behind it. */
const countable = (tokens: number) => Math.min(Math.max(tokens, 0), MAX_COUNT);
