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
  await inOrg(ctx.db, ctx.orgId, async (tx) => {
    await writeAudit(tx, ctx, action, workroomId, { path });
    await ctx.jobs.enqueue(
      tx,
      { name: "checkpoint_workroom", orgId: ctx.orgId, workroomId, actorId: actorId(ctx) },
      { runAt: new Date(ctx.now().getTime() + CHECKPOINT_DELAY_MS) },
    );
  });
  return result;
}
