import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { type Checkpoint, type Turn, turns } from "@/lib/db/schema";
import { diffManifests } from "@/lib/workspace/diff-manifests";
import { appendChatEvents } from "../chat/append-chat-events";
import { checkpointEvent } from "../checkpoint/describe-checkpoint";
import { getCheckpoint, openKeptManifest } from "../checkpoint/open-checkpoint";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { dispatchWaiting } from "./room-hands";
import { turnEvent } from "./view-turn";

/** After this time the chat goes on without a saved end; the next checkpoint holds what this turn made. */
const GIVE_UP_MS = 10 * 60_000;

/**
 * Job: what follows a turn's end: its files are saved, its way to the model is closed, the next message starts. Safe to
 * repeat.
 */
export async function finishTurn(ctx: Context, turnId: string): Promise<void> {
  const turn = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [row] = await tx.select().from(turns).where(eq(turns.id, turnId));
    return row;
  });
  if (!turn || turn.finishedAt || turn.state === "running") return;
  const { workroomId } = turn;
  if (turn.grantBox)
    await ctx.host.call("revokeModel", { roomId: workroomId, turnId }).catch(() => undefined);
  const saved = await saveEnd(ctx, turn);
  await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [finished] = await tx
      .update(turns)
      .set({
        finishedAt: ctx.now(),
        grantBox: null,
        endCheckpointId: saved?.checkpoint.id ?? null,
        changedFiles: saved?.changedFiles ?? 0,
      })
      .where(eq(turns.id, turnId))
      .returning();
    if (!finished) return;
    const ending = saved ? [checkpointEvent(saved.checkpoint, turnId)] : [];
    await appendChatEvents(tx, ctx, turn.chatId, [...ending, turnEvent(finished)]);
    await dispatchWaiting(tx, ctx, workroomId);
  });
  publishChat(ctx, turn.chatId);
  publishWorkroom(ctx, workroomId);
}

async function saveEnd(
  ctx: Context,
  turn: Turn,
): Promise<{ checkpoint: Checkpoint; changedFiles: number } | null> {
  const startId = turn.startCheckpointId;
  if (!startId) return null; // It never ran.
  try {
    const cause = { reason: "turn_end", turnId: turn.id, actorId: null } as const;
    const checkpoint = await takeCheckpoint(ctx, turn.workroomId, cause);
    if (checkpoint.id === startId) return { checkpoint, changedFiles: 0 };
    const start = await inOrg(ctx.db, ctx.orgId, (tx) => getCheckpoint(tx, startId));
    const before = await openKeptManifest(ctx, start.manifest);
    const after = await openKeptManifest(ctx, checkpoint.manifest);
    const changes = diffManifests(before, after);
    const files = changes.filter(({ before, after }) => (after ?? before)?.type !== "directory");
    return { checkpoint, changedFiles: files.length };
  } catch (error) {
    const age = ctx.now().getTime() - (turn.endedAt ?? turn.startedAt).getTime();
    if (age < GIVE_UP_MS) throw error; // the job comes again
    return null;
  }
}
