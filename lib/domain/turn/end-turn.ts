import { and, eq } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { modelKeys, type Turn, turns } from "@/lib/db/schema";
import type { TurnEnded } from "@/lib/protocol/events";
import { appendChatEvents } from "../chat/append-chat-events";
import { storableText } from "../chat/storable-json";
import type { Context } from "../context";
import { noteTurnEnd } from "../workroom/note-attention";
import { turnEvent } from "./view-turn";

const MAX_MESSAGE = 2_000;

/** Ends a turn once: a second end, of the engine or after a crash, changes nothing. @returns the ended turn, or null */
export async function endTurnIn(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "now" | "jobs">,
  turnId: string,
  end: TurnEnded,
): Promise<Turn | null> {
  const [turn] = await tx
    .update(turns)
    .set({
      state: end.reason,
      endedAt: ctx.now(),
      message: end.message === null ? null : storableText(end.message).slice(0, MAX_MESSAGE),
      ...(end.inputTokens === null ? {} : { inputTokens: end.inputTokens }),
      ...(end.outputTokens === null ? {} : { outputTokens: end.outputTokens }),
    })
    .where(and(eq(turns.id, turnId), eq(turns.state, "running")))
    .returning();
  if (!turn) return null;
  await noteModelError(tx, turn);
  await noteTurnEnd(tx, ctx, turn);
  await appendChatEvents(tx, ctx, turn.chatId, [turnEvent(turn)]);
  await ctx.jobs.enqueue(tx, { name: "finish_turn", orgId: ctx.orgId, turnId });
  return turn;
}

/** The settings show what a model last failed with, until it works again. */
async function noteModelError(tx: DbTransaction, turn: Turn): Promise<void> {
  if (!turn.modelKeyId || (turn.state !== "failed" && turn.state !== "done")) return;
  const lastError = turn.state === "failed" ? turn.message : null;
  await tx.update(modelKeys).set({ lastError }).where(eq(modelKeys.id, turn.modelKeyId));
}
