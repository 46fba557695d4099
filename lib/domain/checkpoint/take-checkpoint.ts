import { desc, eq, sql } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type Checkpoint, checkpoints, workrooms } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { CommitCause, SnapshotOutcome } from "@/lib/protocol/store";
import { rootOf } from "@/lib/workspace/object-keys";
import type { Context } from "../context";

const SNAPSHOT_TIMEOUT_MS = 10 * 60_000;
export const FILES_LOCK_MS = 15 * 60_000;

/** Held by whoever saves a room's files or brings them back. */
export const filesLock = (workroomId: string) => `files:${workroomId}`;

/**
 * Saves the room's tree: the host writes what changed since the last checkpoint, and one row commits it. When nothing
 * changed, or the disk is gone and there is nothing newer to save, the last checkpoint is the answer. Safe to repeat.
 *
 * @throws AppError `conflict` when the room was started anew meanwhile: what an older life saw is not committed
 */
export const takeCheckpoint = (
  ctx: Context,
  workroomId: string,
  cause: CommitCause,
): Promise<Checkpoint> =>
  ctx.locks.withLock(filesLock(workroomId), FILES_LOCK_MS, async () => {
    const { epoch, root, parent } = await inOrg(ctx.db, ctx.orgId, async (tx) => ({
      ...(await readPlace(tx, workroomId)),
      parent: await findLastCheckpoint(tx, workroomId),
    }));
    if (parent && !(await ctx.host.call("hasDisk", { roomId: workroomId })).hasDisk) return parent;
    const outcome = await ctx.host.call(
      "snapshot",
      { roomId: workroomId, root, epoch, parent: parent?.manifest ?? null, cause },
      { timeoutMs: SNAPSHOT_TIMEOUT_MS },
    );
    if (parent && parent.manifest.sha256 === outcome.manifest.sha256) return parent;
    return inOrg(ctx.db, ctx.orgId, (tx) =>
      commit(tx, ctx, { workroomId, epoch, seq: (parent?.seq ?? 0) + 1, outcome, cause }),
    );
  });

/** The state that is committed last, or null for a room that was never saved. */
export async function findLastCheckpoint(
  tx: DbTransaction,
  workroomId: string,
): Promise<Checkpoint | null> {
  const [last] = await tx
    .select()
    .from(checkpoints)
    .where(eq(checkpoints.workroomId, workroomId))
    .orderBy(desc(checkpoints.seq))
    .limit(1);
  return last ?? null;
}

async function readPlace(
  tx: DbTransaction,
  workroomId: string,
): Promise<{ epoch: number; root: string }> {
  const { id, epoch, root } = workrooms;
  const [room] = await tx.select({ id, epoch, root }).from(workrooms).where(eq(id, workroomId));
  if (!room) throw notFound("Workroom");
  return { epoch: room.epoch, root: rootOf(room) };
}

type Commit = {
  workroomId: string;
  epoch: number;
  seq: number;
  outcome: SnapshotOutcome;
  cause: CommitCause;
};

async function commit(
  tx: DbTransaction,
  ctx: Context,
  { workroomId, epoch, seq, outcome, cause }: Commit,
): Promise<Checkpoint> {
  // The fence: with the row locked, the epoch can't be raised until this commit is in or refused.
  const locked = await tx.execute(
    sql`select epoch from workrooms where id = ${workroomId} for no key update`,
  );
  if (locked.rows[0]?.["epoch"] !== epoch)
    throw new AppError("conflict", "The workroom was started anew; its files are saved again.");
  const [row] = await tx
    .insert(checkpoints)
    .values({
      id: newId("checkpoint"),
      orgId: ctx.orgId,
      workroomId,
      seq,
      epoch,
      manifest: outcome.manifest,
      segments: outcome.segments,
      reason: cause.reason,
      turnId: cause.turnId,
      actorId: cause.actorId,
      added: outcome.added,
      changed: outcome.changed,
      removed: outcome.removed,
      createdAt: ctx.now(),
    })
    .returning();
  if (!row) throw new Error("One checkpoint was inserted.");
  return row;
}
