import { and, inArray, isNull, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Context } from "../context";

/** Puts rooms on their way to destruction: sandbox, disk, store and rows. */
export async function deleteRooms(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "now" | "jobs">,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  const { orgId } = ctx;
  await tx
    .update(workrooms)
    .set({
      deletedAt: ctx.now(),
      desiredState: "archived",
      generation: sql`${workrooms.generation} + 1`,
    })
    .where(and(inArray(workrooms.id, [...ids]), isNull(workrooms.deletedAt)));
  for (const workroomId of ids)
    await ctx.jobs.enqueue(tx, { name: "reconcile_workroom", orgId, workroomId });
}
