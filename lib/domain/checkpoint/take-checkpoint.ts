import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { type Checkpoint, checkpoints, workrooms } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { CommitCause, SnapshotOutcome } from "@/lib/protocol/store";
import { rootOf } from "@/lib/workspace/object-keys";
import { writeHead } from "@/lib/workspace/rebuild-state";
import { commitSegments, isRefusal, lockWriter } from "../commit/commit-segments";
import { acknowledge, readEpoch } from "../commit/flush-workspace";
import { openWorkspace } from "../commit/open-workspace";
import type { Context } from "../context";
import { findLastCheckpoint } from "./find-last-checkpoint";

const SNAPSHOT_TIMEOUT_MS = 10 * 60_000;
export const FILES_LOCK_MS = 15 * 60_000;
const TRIES = 3;

/** Held by whoever saves a room's whole tree or brings it back. */
export const filesLock = (workroomId: string) => `files:${workroomId}`;

/**
 * Saves the room's tree: everything on its disk is made durable and committed, with a manifest of the whole. When nothing
 * changed since the last checkpoint, or the disk is gone and there is nothing newer to save, that one is the answer. Safe
 * to repeat.
 *
 * @throws AppError `conflict` when the room was started anew meanwhile: what an older life saw is not committed
 */
export const takeCheckpoint = (
  ctx: Context,
  workroomId: string,
  cause: CommitCause,
): Promise<Checkpoint> =>
  ctx.locks.withLock(filesLock(workroomId), FILES_LOCK_MS, async () => {
    const parent = await inOrg(ctx.db, ctx.orgId, (tx) => findLastCheckpoint(tx, workroomId));
    if (parent && !(await ctx.host.call("hasDisk", { roomId: workroomId })).hasDisk) return parent;
    for (let i = 1; ; i += 1) {
      const epoch = await readEpoch(ctx, workroomId);
      const outcome = await ctx.host.call(
        "snapshot",
        { roomId: workroomId, epoch, parent: parent?.manifest ?? null, cause },
        { timeoutMs: SNAPSHOT_TIMEOUT_MS },
      );
      try {
        if (outcome) return await commit(ctx, { workroomId, epoch, parent, outcome, cause });
      } catch (error) {
        if (!isRefusal(error) || i === TRIES) throw error;
      }
      if (i === TRIES)
        throw new AppError("conflict", "The workroom was started anew; its files are saved again.");
      await openWorkspace(ctx, workroomId);
    }
  });

type Commit = {
  workroomId: string;
  epoch: number;
  parent: Checkpoint | null;
  outcome: SnapshotOutcome;
  cause: CommitCause;
};

async function commit(
  ctx: Context,
  { workroomId, epoch, parent, outcome, cause }: Commit,
): Promise<Checkpoint> {
  const { manifest, commits, commitSeq, added, changed, removed } = outcome;
  const isSame = parent?.manifest.sha256 === manifest.sha256;
  if (parent && isSame && commits.length === 0) return parent;
  const { checkpoint, root } = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    await lockWriter(tx, workroomId, epoch);
    if (commits.length > 0) await commitSegments(tx, ctx, workroomId, commits);
    if (parent && isSame) return { checkpoint: parent, root: null };
    const [row] = await tx
      .insert(checkpoints)
      .values({
        id: newId("checkpoint"),
        orgId: ctx.orgId,
        workroomId,
        seq: (parent?.seq ?? 0) + 1,
        epoch,
        manifest,
        segments: commits.map(({ key }) => key),
        reason: cause.reason,
        turnId: cause.turnId,
        actorId: cause.actorId,
        added,
        changed,
        removed,
        commitSeq,
        createdAt: ctx.now(),
      })
      .returning();
    if (!row) throw new Error("One checkpoint was inserted.");
    const mine = eq(workrooms.id, workroomId);
    const [room] = await tx
      .select({ id: workrooms.id, root: workrooms.root })
      .from(workrooms)
      .where(mine);
    return { checkpoint: row, root: room ? rootOf(room) : null };
  });
  if (commits.length > 0) acknowledge(ctx, workroomId, epoch, commitSeq);
  // Missing, it costs a rebuild without the database some reading and nothing else.
  if (root !== null)
    await writeHead(ctx.store, { root, commitSeq, manifest }).catch(() => undefined);
  return checkpoint;
}
