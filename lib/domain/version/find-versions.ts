import { and, desc, eq, lte, lt } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { checkpoints, type WorkspaceCommit, workspaceCommits } from "@/lib/db/schema";
import type { FileEntry, SegmentOp, WorkspaceState } from "@/lib/protocol/store";
import { readSegment } from "@/lib/workspace/segment";
import { openKeptManifest } from "../checkpoint/open-checkpoint";
import { refOf } from "../commit/find-last-state";
import type { Context } from "../context";

/** How far back is looked: heads of this many commits are read, so many at a time. */
const MAX_COMMITS = 600;
const AT_ONCE = 12;

export type FoundVersion = {
  seq: number;
  commit: Pick<WorkspaceCommit, "reason" | "turnId" | "actorId" | "createdAt">;
  /** `null`: the path was removed. */
  entry: FileEntry | null;
};

type Place = { workroomId: string; path: string; limit: number };

/** States of one file, newest first, as far as the last commits tell; states with one content count once. */
export async function findVersions(
  ctx: Context,
  { workroomId, path, limit }: Place,
): Promise<FoundVersion[]> {
  const found: FoundVersion[] = [];
  const add = (version: FoundVersion) => {
    const newer = found.at(-1);
    if (newer && newer.entry?.sha256 === version.entry?.sha256) found.pop();
    found.push(version);
  };
  let isWhole = true;
  for await (const { commit, ops } of commitsOf(ctx, workroomId, () => (isWhole = false))) {
    const op = ops.findLast((one) => touches(one, path));
    if (op) add({ seq: commit.seq, commit, entry: fileOf(op) });
    if (found.length >= limit) return found;
  }
  const first = isWhole ? await findFirst(ctx, workroomId) : null;
  const entry = first && (await openKeptManifest(ctx, first.manifest)).find(path);
  if (first && entry?.type === "file") add({ seq: 0, commit: first, entry });
  return found;
}

/** The newest commit that removed a path; null when none of the last ones did. */
export async function findRemoval(
  ctx: Context,
  workroomId: string,
  path: string,
): Promise<number | null> {
  for await (const { commit, ops } of commitsOf(ctx, workroomId, () => undefined)) {
    const op = ops.findLast((one) => touches(one, path));
    if (op) return op.op === "del" ? commit.seq : null;
  }
  return null;
}

/** What was committed up to `seq`: the newest manifest that is no younger, and the commits after it. */
export async function findStateAt(
  tx: DbTransaction,
  workroomId: string,
  seq: number,
): Promise<WorkspaceState> {
  const [base] = await tx
    .select({ manifest: checkpoints.manifest, commitSeq: checkpoints.commitSeq })
    .from(checkpoints)
    .where(and(eq(checkpoints.workroomId, workroomId), lte(checkpoints.commitSeq, seq)))
    .orderBy(desc(checkpoints.seq))
    .limit(1);
  const manifestSeq = base?.commitSeq ?? 0;
  const rows = await tx
    .select()
    .from(workspaceCommits)
    .where(and(eq(workspaceCommits.workroomId, workroomId), lte(workspaceCommits.seq, seq)))
    .orderBy(desc(workspaceCommits.seq))
    .limit(Math.max(0, seq - manifestSeq));
  return { manifest: base?.manifest ?? null, manifestSeq, segments: rows.reverse().map(refOf) };
}

type CommitOps = { commit: WorkspaceCommit; ops: SegmentOp[] };

/** Commits with what they changed, newest first. `onCut`: older ones were not looked at. */
async function* commitsOf(
  ctx: Context,
  workroomId: string,
  onCut: () => void,
): AsyncGenerator<CommitOps> {
  let before = 2 ** 31 - 1;
  for (let read = 0; ; read += AT_ONCE) {
    if (read >= MAX_COMMITS) return onCut();
    const rows = await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx
        .select()
        .from(workspaceCommits)
        .where(and(eq(workspaceCommits.workroomId, workroomId), lt(workspaceCommits.seq, before)))
        .orderBy(desc(workspaceCommits.seq))
        .limit(AT_ONCE),
    );
    const heads = await Promise.all(rows.map((row) => readSegment(ctx.store, refOf(row))));
    for (const [index, commit] of rows.entries()) yield { commit, ops: heads[index]?.ops ?? [] };
    if (rows.length < AT_ONCE) return;
    before = rows.at(-1)?.seq ?? 0;
  }
}

async function findFirst(ctx: Context, workroomId: string) {
  const [row] = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx
      .select()
      .from(checkpoints)
      .where(and(eq(checkpoints.workroomId, workroomId), eq(checkpoints.commitSeq, 0)))
      .orderBy(desc(checkpoints.seq))
      .limit(1),
  );
  return row ?? null;
}

const touches = (op: SegmentOp, path: string): boolean =>
  op.op === "put" ? op.entry.path === path : op.path === path || path.startsWith(`${op.path}/`);

const fileOf = (op: SegmentOp): FileEntry | null =>
  op.op === "put" && op.entry.type === "file" ? op.entry : null;
