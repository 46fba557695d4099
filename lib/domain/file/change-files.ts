import { type DbTransaction, inOrg } from "@/lib/db/client";
import type { Workroom } from "@/lib/db/schema";
import { bringFiles } from "../checkpoint/bring-files";
import { flushWorkspace } from "../commit/flush-workspace";
import type { Context } from "../context";
import { actorId } from "../system-context";
import { loadWorkspace } from "../workspace/load-workspace";
import { writeAudit } from "../write-audit";

/** A burst of edits makes one checkpoint. */
const CHECKPOINT_DELAY_MS = 1_500;

/** What the audit log says of a change; `to` is the other path of a move or copy. */
type FileChange = { action: string; path: string; to?: string | undefined };

/**
 * A change to a room's files by a person: allowed?, then the host does it, then one transaction commits what changed with
 * its audit row. The answer means that the change is durable in the store, unless `local` was asked for. The host's part
 * is no transaction, so it comes first: what is audited has happened.
 */
export async function changeFiles<T>(
  ctx: Context,
  target: FileChange & { workspaceId: string; durability: "store" | "local" },
  change: (room: Workroom) => Promise<T>,
): Promise<T> {
  const { workspaceId, action, path, to, durability } = target;
  const room = await loadWorkspace(ctx, "workroom.write", workspaceId);
  await bringFiles(ctx, room.id);
  const result = await change(room);
  const noted = { action, path, to };
  if (durability === "local") await noteChange(ctx, room.id, noted);
  else {
    const cause = { reason: "call", turnId: null, actorId: actorId(ctx) } as const;
    const paths = to === undefined ? [path] : [path, to];
    await flushWorkspace(ctx, { workroomId: room.id, epoch: room.epoch, cause, paths }, (tx) =>
      noteChangeIn(tx, ctx, room.id, noted),
    );
  }
  return result;
}

/** The audit row of a change to a room's files that has happened, and the checkpoint that follows. */
export const noteChange = (ctx: Context, workroomId: string, change: FileChange): Promise<void> =>
  inOrg(ctx.db, ctx.orgId, (tx) => noteChangeIn(tx, ctx, workroomId, change));

async function noteChangeIn(
  tx: DbTransaction,
  ctx: Context,
  workroomId: string,
  { action, path, to }: FileChange,
): Promise<void> {
  const job = {
    name: "checkpoint_workroom",
    orgId: ctx.orgId,
    workroomId,
    actorId: actorId(ctx),
  } as const;
  const runAt = new Date(ctx.now().getTime() + CHECKPOINT_DELAY_MS);
  // Neither needs the other's answer.
  await Promise.all([
    writeAudit(tx, ctx, action, workroomId, { path, to }),
    ctx.jobs.enqueue(tx, job, { runAt }),
  ]);
}
