import { and, eq, inArray } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { modelKeys, type Turn, turns, workrooms } from "@/lib/db/schema";
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
  await lockRoomOf(tx, turnId);
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

/** The room's row comes before the turn's, as everywhere: its people are told of the end in this transaction. */
async function lockRoomOf(tx: DbTransaction, turnId: string): Promise<void> {
  const ofTurn = tx
    .select({ workroomId: turns.workroomId })
    .from(turns)
    .where(eq(turns.id, turnId));
  await tx
    .select({ id: workrooms.id })
    .from(workrooms)
    .where(inArray(workrooms.id, ofTurn))
    .for("no key update");
}

/** The settings show what a model last failed with, until it works again. */
async function noteModelError(tx: DbTransaction, turn: Turn): Promise<void> {
  if (!turn.modelKeyId || (turn.state !== "failed" && turn.state !== "done")) return;
  const lastError = turn.state === "failed" ? turn.message : null;
  await tx.update(modelKeys).set({ lastError }).where(eq(modelKeys.id, turn.modelKeyId));
}
