import { and, asc, eq, gt } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type WorkspaceCommit, workspaceCommits } from "@/lib/db/schema";
import type { SegmentRef, WorkspaceState } from "@/lib/protocol/store";
import type { Manifest } from "@/lib/workspace/manifest";
import { openState } from "@/lib/workspace/workspace-state";
import { findLastCheckpoint } from "../checkpoint/find-last-checkpoint";
import { openKeptManifest } from "../checkpoint/open-checkpoint";
import type { Ports } from "../context";

/** What is committed of a room's files: the last manifest, and every segment since. `writerEpoch`: of the last commit. */
export async function findLastState(
  tx: DbTransaction,
  workroomId: string,
): Promise<{ state: WorkspaceState; writerEpoch: number }> {
  const last = await findLastCheckpoint(tx, workroomId);
  const manifestSeq = last?.commitSeq ?? 0;
  const rows = await tx
    .select()
    .from(workspaceCommits)
    .where(and(eq(workspaceCommits.workroomId, workroomId), gt(workspaceCommits.seq, manifestSeq)))
    .orderBy(asc(workspaceCommits.seq));
  const state = { manifest: last?.manifest ?? null, manifestSeq, segments: rows.map(refOf) };
  return { state, writerEpoch: rows.at(-1)?.epoch ?? last?.epoch ?? 0 };
}

export const refOf = (row: WorkspaceCommit): SegmentRef => ({
  seq: row.seq,
  epoch: row.epoch,
  key: row.key,
  sha256: row.sha256,
  bytes: row.bytes,
  opCount: row.opCount,
  cause: {
    reason: row.reason,
    turnId: row.turnId,
    toolCallId: row.toolCallId,
    actorId: row.actorId,
  },
});

/** Few, because the tree of a state is a copy of its own. */
const MAX_KEPT = 4;
const kept = new Map<string, Promise<Manifest>>();

/** The whole tree of a state; the last few stay in memory. */
export function openKeptState(
  ports: Pick<Ports, "store">,
  state: WorkspaceState,
): Promise<Manifest> {
  const last = state.segments.at(-1);
  if (!last && state.manifest) return openKeptManifest(ports, state.manifest);
  const name = `${state.manifest?.key ?? ""} ${last?.key ?? ""}`;
  const tree =
    kept.get(name) ??
    openState(ports.store, state, { openManifest: (ref) => openKeptManifest(ports, ref) });
  kept.delete(name);
  kept.set(name, tree);
  tree.catch(() => kept.delete(name));
  for (const key of kept.keys()) {
    if (kept.size <= MAX_KEPT) break;
    kept.delete(key);
  }
  return tree;
}
