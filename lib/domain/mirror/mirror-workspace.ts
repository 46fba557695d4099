import { and, asc, eq, gt, inArray, lte } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import {
  type MirroredObject,
  mirroredObjects,
  type Workroom,
  workrooms,
  workspaceCommits,
} from "@/lib/db/schema";
import type { SegmentOp } from "@/lib/protocol/store";
import { rootOf } from "@/lib/workspace/object-keys";
import type { Manifest } from "@/lib/workspace/manifest";
import { readEntry } from "@/lib/workspace/read-entry";
import { readSegment } from "@/lib/workspace/segment";
import { lastSeqOf } from "@/lib/workspace/workspace-state";
import { findLastState, openKeptState, refOf } from "../commit/find-last-state";
import type { Context } from "../context";
import { contentOf, isMirrored, metadataOf, type MirroredEntry } from "./mirrored-file";

export const MIRROR_LOCK_MS = 30 * 60_000;
export const mirrorLock = (workroomId: string) => `mirror:${workroomId}`;
const AT_ONCE = 12;
const ROWS_AT_ONCE = 500;

/**
 * Puts the files of a workspace into the customer's bucket as ordinary objects, as far as they are committed. What
 * somebody else has changed there meanwhile is not replaced: it is named in the answer, to be imported. May stop anywhere
 * and be run again.
 */
export const mirrorWorkspace = (ctx: Context, workroomId: string): Promise<{ foreign: string[] }> =>
  ctx.locks.withLock(mirrorLock(workroomId), MIRROR_LOCK_MS, async () => {
    const plan = await readPlan(ctx, workroomId);
    if (!plan) return { foreign: [] };
    const foreign: string[] = [];
    const waiting = [...plan.paths];
    const work = async () => {
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop())
        if (!(await mirrorPath(ctx, plan, path))) foreign.push(path);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx
        .update(workrooms)
        .set({ mirroredSeq: plan.seq })
        .where(and(eq(workrooms.id, workroomId), eq(workrooms.storageId, plan.storageId))),
    );
    return { foreign };
  });

type Plan = {
  workroomId: string;
  storageId: string;
  root: string;
  seq: number;
  manifest: Manifest;
  rows: Map<string, MirroredObject>;
  paths: Set<string>;
};

async function readPlan(ctx: Context, workroomId: string): Promise<Plan | null> {
  const found = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, workroomId));
    if (!room?.storageId || room.deletedAt) return null;
    const { state } = await findLastState(tx, workroomId);
    const seq = lastSeqOf(state);
    const isWhole = room.mirroredSeq === 0;
    return {
      storageId: room.storageId,
      root: rootOf(room),
      state,
      seq,
      isWhole,
      commits: isWhole ? [] : await readCommits(tx, room, seq),
      rows: await readRows(tx, workroomId),
    };
  });
  if (!found) return null;
  const { state, commits, ...plan } = found;
  const manifest = await openKeptState(ctx, state);
  const paths = new Set<string>();
  if (plan.isWhole) {
    for (const entry of manifest.entries) paths.add(entry.path);
    for (const path of plan.rows.keys()) paths.add(path);
  }
  for (const commit of commits)
    for (const op of (await readSegment(ctx.store, refOf(commit))).ops)
      for (const path of touchedBy(op, plan.rows)) paths.add(path);
  return { ...plan, workroomId, manifest, paths };
}

/** Of what is removed, the paths below it that we put into the bucket. */
const touchedBy = (op: SegmentOp, rows: ReadonlyMap<string, MirroredObject>): string[] =>
  op.op === "put"
    ? [op.entry.path]
    : [...rows.keys()].filter((path) => path === op.path || path.startsWith(`${op.path}/`));

const readCommits = (tx: DbTransaction, room: Workroom, seq: number) =>
  tx
    .select()
    .from(workspaceCommits)
    .where(
      and(
        eq(workspaceCommits.workroomId, room.id),
        gt(workspaceCommits.seq, room.mirroredSeq),
        lte(workspaceCommits.seq, seq),
      ),
    )
    .orderBy(asc(workspaceCommits.seq));

export async function readRows(
  tx: DbTransaction,
  workroomId: string,
): Promise<Map<string, MirroredObject>> {
  const rows = await tx
    .select()
    .from(mirroredObjects)
    .where(eq(mirroredObjects.workroomId, workroomId));
  return new Map(rows.map((row) => [row.path, row]));
}

/** False: somebody else's object is in the way. */
async function mirrorPath(ctx: Context, plan: Plan, path: string): Promise<boolean> {
  const { root, manifest, rows, workroomId } = plan;
  const entry = manifest.find(path);
  const row = rows.get(path);
  const key = `${root}/${path}`;
  if (!isMirrored(root, entry)) {
    if (!row) return true;
    const there = await ctx.store.stat(key);
    if (there && there.etag !== row.etag) return false;
    if (there) await ctx.store.delete(key);
    await forget(ctx, workroomId, [path]);
    return true;
  }
  if (row?.sha256 === contentOf(entry)) return true;
  const there = await ctx.store.stat(key);
  // An object that says it has one of our contents was put by a run that was cut off before it took note.
  const isOurs =
    !there ||
    there.etag === row?.etag ||
    there.metadata["wr-content"] === metadataOf(entry)["wr-content"];
  if (!isOurs) return false;
  const { etag } = await ctx.store.put(key, await bodyOf(ctx, entry), {
    metadata: metadataOf(entry),
  });
  await note(ctx, { workroomId, path, etag, sha256: contentOf(entry) });
  return true;
}

async function bodyOf(ctx: Context, entry: MirroredEntry) {
  if (entry.type === "symlink") return Buffer.from(entry.target, "utf8");
  return entry.size === 0 ? Buffer.alloc(0) : readEntry(ctx.store, entry);
}

export const note = (ctx: Context, row: Omit<MirroredObject, "orgId">): Promise<unknown> =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    tx
      .insert(mirroredObjects)
      .values({ ...row, orgId: ctx.orgId })
      .onConflictDoUpdate({
        target: [mirroredObjects.workroomId, mirroredObjects.path],
        set: { etag: row.etag, sha256: row.sha256 },
      }),
  );

export const forget = (ctx: Context, workroomId: string, paths: readonly string[]): Promise<void> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    for (let start = 0; start < paths.length; start += ROWS_AT_ONCE)
      await tx
        .delete(mirroredObjects)
        .where(
          and(
            eq(mirroredObjects.workroomId, workroomId),
            inArray(mirroredObjects.path, paths.slice(start, start + ROWS_AT_ONCE)),
          ),
        );
  });
