import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, type DbTransaction, inOrg } from "@/lib/db/client";
import { chats, turns, workrooms } from "@/lib/db/schema";
import type { EngineFrame } from "@/lib/protocol/engine";
import { AgentSession, type ChatEvent, TurnEnded } from "@/lib/protocol/events";
import { storableJson } from "../chat/storable-json";
import type { Context } from "../context";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { cutBody } from "./cut-body";
import { endTurnIn } from "./end-turn";
import { dropBodies, keepBody } from "./keep-body";

/** Frames that change rows of ours, besides being entries of the log. */
const meaningful: ReadonlySet<string> = new Set(["engine/turn_ended", "engine/agent_session"]);

/** A chat that grew: its last number before, and the turns of the new rows, one a row. */
const Added = z.object({
  chatId: z.string(),
  base: z.number().int(),
  turnIds: z.array(z.string().nullable()),
});
type Added = z.infer<typeof Added>;
const Grown = z.array(Added).nullable();

/**
 * Takes frames of one epoch into the log, exactly once and in one transaction with what they mean. Plain frames cost a
 * single round trip. The pages are told after the commit. Everything in a frame is the room's word: it is checked, cut
 * and cleaned here.
 *
 * @returns false when the room is gone
 */
export async function appendFrames(
  ctx: Context,
  workroomId: string,
  epoch: number,
  frames: readonly EngineFrame[],
): Promise<boolean> {
  const special = frames.filter((frame) => meaningful.has(frame.type));
  const { entries, kept } = await storableFrames(ctx, workroomId, frames);
  const statement = appendStatement({ orgId: ctx.orgId, workroomId, epoch }, entries);
  const append = async (db: Db | DbTransaction) => {
    const { rows: answers } = await db.execute(statement);
    return Grown.parse(answers[0]?.["grown"]);
  };
  const grown =
    special.length === 0
      ? await append(ctx.db)
      : await inOrg(ctx.db, ctx.orgId, async (tx) => {
          const added = await append(tx);
          if (added) for (const frame of special) await applyFrame(tx, ctx, workroomId, frame);
          return added;
        });
  // What was written after the room was deleted is in nobody's list of things to remove.
  if (kept.length > 0 && (await isDeleted(ctx, workroomId)))
    await dropBodies(ctx, workroomId, kept);
  if (!grown) return false;
  for (const added of grown) {
    // What a frame means may have added more to the log: then the pages read it.
    const events = special.length === 0 ? eventsOf(added, entries) : undefined;
    publishChat(ctx, added.chatId, events);
  }
  if (special.length > 0) publishWorkroom(ctx, workroomId);
  return true;
}

type Entry = Pick<EngineFrame, "n" | "ts" | "chatId" | "data"> & { type: unknown };

/** Nearly every batch is of one chat and in order, and the database has a short way for it. */
function appendStatement(
  { orgId, workroomId, epoch }: { orgId: string; workroomId: string; epoch: number },
  entries: readonly Entry[],
): SQL {
  const rows = JSON.stringify(entries);
  const [first, last] = [entries[0], entries.at(-1)];
  if (first && last && isInOrder(entries) && entries.every((one) => one.chatId === first.chatId))
    return sql`select append_frames_in_order(${orgId}, ${workroomId}, ${epoch}, ${rows}::jsonb, ${first.chatId}, ${first.n}, ${last.n}) as grown`;
  return sql`select append_frames(${orgId}, ${workroomId}, ${epoch}, ${rows}::jsonb) as grown`;
}

const isInOrder = (entries: readonly Entry[]): boolean =>
  entries.every(({ n }, index) => n > (entries[index - 1]?.n ?? 0));

/** The rows that these frames became. Dropped frames, taken in before, have the lowest numbers. */
function eventsOf(
  { chatId, base, turnIds }: Added,
  entries: readonly Entry[],
): ChatEvent[] | undefined {
  const own = entries.filter((entry) => entry.chatId === chatId);
  // A room may number as it likes: what is not plainly in order is for the table to tell.
  if (!isInOrder(own)) return undefined;
  return own.slice(own.length - turnIds.length).map((entry, index) => ({
    seq: base + 1 + index,
    ts: new Date(entry.ts).toISOString(),
    chatId,
    turnId: turnIds[index] ?? null,
    source: "engine",
    type: String(entry.type),
    data: entry.data ?? null,
  }));
}

const isDeleted = (ctx: Context, workroomId: string): Promise<boolean> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const live = and(eq(workrooms.id, workroomId), isNull(workrooms.deletedAt));
    return (await tx.$count(workrooms, live)) === 0;
  });

/** Only bodies that are too long for the log cost a write to the store; `kept` are the frames of these. */
async function storableFrames(ctx: Context, workroomId: string, frames: readonly EngineFrame[]) {
  const kept: EngineFrame[] = [];
  const entries = frames.map(({ n, ts, chatId, turnId, type, data }) => {
    const whole = storableJson(data);
    return { n, ts, chatId, turnId, type: storableJson(type), whole, data: cutBody(whole) };
  });
  for (const [index, frame] of frames.entries()) {
    const entry = entries[index];
    if (!entry || entry.data === entry.whole) continue;
    kept.push(frame);
    const { whole, data: cut } = entry;
    entry.data = await keepBody(ctx, workroomId, frame, { whole, cut });
  }
  return { entries: entries.map(({ whole: _whole, ...entry }) => entry), kept };
}

async function applyFrame(
  tx: DbTransaction,
  ctx: Context,
  workroomId: string,
  frame: EngineFrame,
): Promise<void> {
  if (frame.type === "engine/agent_session") {
    const session = AgentSession.safeParse(frame.data);
    if (!session.success) return;
    const mine = and(eq(chats.id, frame.chatId), eq(chats.workroomId, workroomId));
    await tx.update(chats).set(session.data).where(mine);
    return;
  }
  const ended = TurnEnded.safeParse(frame.data);
  if (!frame.turnId || !ended.success) return;
  // A room can end its own turns only.
  const mine = and(eq(turns.id, frame.turnId), eq(turns.workroomId, workroomId));
  const [turn] = await tx.select({ id: turns.id }).from(turns).where(mine);
  if (!turn) return;
  await endTurnIn(tx, ctx, turn.id, ended.data);
  // Frames move it every ten seconds only; the time after which an idle room sleeps is counted from this end on.
  const now = { lastActiveAt: ctx.now() };
  await tx.update(workrooms).set(now).where(eq(workrooms.id, workroomId));
}
