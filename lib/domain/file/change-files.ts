import { inOrg } from "@/lib/db/client";
import type { Workroom } from "@/lib/db/schema";
import type { Action } from "../authorize";
import { bringFiles } from "../checkpoint/bring-files";
import type { Context } from "../context";
import { actorId } from "../system-context";
import { loadWorkroom } from "../workroom/load-workroom";
import { writeAudit } from "../write-audit";

/** A burst of edits makes one checkpoint. */
const CHECKPOINT_DELAY_MS = 1_500;

/**
 * A change to a room's files by a person: allowed?, then the host does it, then the audit row and a checkpoint that
 * follows soon. The host's part is no transaction, so it comes first: what is audited has happened.
 */
export async function changeFiles<T>(
  ctx: Context,
  target: { workroomId: string; action: string; path: string; permission?: Action },
  change: (room: Workroom) => Promise<T>,
): Promise<T> {
  const { workroomId, action, path, permission = "workroom.write" } = target;
  const room = await loadWorkroom(ctx, permission, workroomId);
  await bringFiles(ctx, workroomId);
  const result = await change(room);
  await noteChange(ctx, { workroomId, action, path });
  return result;
}

/** The audit row of a change to a room's files that has happened, and the checkpoint that follows. */
export const noteChange = (
  ctx: Context,
  { workroomId, action, path }: { workroomId: string; action: string; path: string },
): Promise<void> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const job = {
      name: "checkpoint_workroom",
      orgId: ctx.orgId,
      workroomId,
      actorId: actorId(ctx),
    } as const;
    const runAt = new Date(ctx.now().getTime() + CHECKPOINT_DELAY_MS);
    // Neither needs the other's answer.
    await Promise.all([
      writeAudit(tx, ctx, action, workroomId, { path }),
      ctx.jobs.enqueue(tx, job, { runAt }),
    ]);
  });
