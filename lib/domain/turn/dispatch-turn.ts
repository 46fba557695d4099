import { and, eq, isNotNull } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { chats, messages, type Turn, turns, workrooms } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { TurnEndReason } from "@/lib/protocol/events";
import { roomPath } from "@/lib/protocol/paths";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { claimTurn } from "./claim-turn";
import { endTurnIn } from "./end-turn";
import { grantModel } from "./grant-model";
import { readHistory } from "./read-history";

/** A turn that the engine has not taken within this time is given up; its message says so. */
const OFFER_LIMIT_MS = 120_000;

/**
 * Job: starts the next turn of a chat. The turn's row comes first and its id goes to the engine, which takes each id
 * once: repeating this after a crash at any point starts nothing twice and loses nothing.
 */
export async function dispatchTurn(ctx: Context, chatId: string): Promise<void> {
  const turn = await claimTurn(ctx, chatId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") return null; // deleted meanwhile
    throw error;
  });
  if (!turn) return;
  try {
    await offerTurn(ctx, turn);
  } catch (error) {
    if (await isRoomDeleted(ctx, turn.workroomId)) return;
    const end = endOf(error, ctx.now().getTime() - turn.startedAt.getTime());
    if (!end) throw error; // the job comes again
    await endNow(ctx, turn.id, end.reason, end.message);
  }
}

async function offerTurn(ctx: Context, turn: Turn): Promise<void> {
  await saveStart(ctx, turn);
  const model = await grantModel(ctx, turn);
  const { message, chat } = await readRequest(ctx, turn);
  await ctx.engine.startTurn(turn.workroomId, {
    turnId: turn.id,
    chatId: turn.chatId,
    agent: "builtin",
    model,
    agentSessionId: chat.agentSessionId,
    history: await readHistory(ctx, turn),
    cwd: roomPath(""),
    text: message.text,
    attachments: message.attachments.map(roomPath),
    timeoutMs: ctx.settings.turnTimeoutMs,
  });
  const accepted = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const values = { acceptedAt: ctx.now() };
    const [row] = await tx.update(turns).set(values).where(eq(turns.id, turn.id)).returning();
    return row;
  });
  // Stopped while it was offered: the engine must not go on with what is over.
  if (accepted?.state !== "running") await ctx.engine.cancelTurn(turn.workroomId, turn.id);
}

/** What the files were before the turn: what "Undo this turn" goes back to. */
async function saveStart(ctx: Context, turn: Turn): Promise<void> {
  if (turn.startCheckpointId) return;
  const cause = { reason: "turn_start", turnId: turn.id, actorId: null } as const;
  const { id } = await takeCheckpoint(ctx, turn.workroomId, cause);
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(turns).set({ startCheckpointId: id }).where(eq(turns.id, turn.id)),
  );
}

const readRequest = (ctx: Context, turn: Turn) =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [message] = await tx.select().from(messages).where(eq(messages.id, turn.messageId));
    const [chat] = await tx.select().from(chats).where(eq(chats.id, turn.chatId));
    if (!message || !chat) throw notFound("Message");
    return { message, chat };
  });

/** Its turns end with it: that one could not be started is no failure. */
const isRoomDeleted = (ctx: Context, workroomId: string): Promise<boolean> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const gone = and(eq(workrooms.id, workroomId), isNotNull(workrooms.deletedAt));
    return (await tx.select({ id: workrooms.id }).from(workrooms).where(gone)).length > 0;
  });

/** How a turn that could not be started ends, or null to try again. */
function endOf(error: unknown, ageMs: number): { reason: TurnEndReason; message: string } | null {
  if (error instanceof AppError) {
    if (error.code === "limit_exceeded") return { reason: "limit", message: error.message };
    const isFinal = ["not_found", "invalid_input", "disk_full"].includes(error.code);
    if (isFinal) return { reason: "failed", message: error.message };
  }
  if (ageMs < OFFER_LIMIT_MS) return null;
  const said = error instanceof AppError && error.code !== "internal" ? ` ${error.message}` : "";
  return { reason: "failed", message: `The employee could not be started.${said} Send it again.` };
}

/** Ends a turn from outside the engine, in plain words. */
export async function endNow(
  ctx: Context,
  turnId: string,
  reason: TurnEndReason,
  message: string | null,
): Promise<void> {
  const end = { reason, message, inputTokens: null, outputTokens: null };
  const turn = await inOrg(ctx.db, ctx.orgId, (tx) => endTurnIn(tx, ctx, turnId, end));
  if (!turn) return;
  publishChat(ctx, turn.chatId);
  publishWorkroom(ctx, turn.workroomId);
}
