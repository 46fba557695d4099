import { eq, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import type { DesiredState, TransitionReason } from "@/lib/protocol/views";
import type { Context } from "../context";

/** Writes what is wished and leaves the doing to the reconciler. Asking again for the same is harmless. */
export async function wishState(
  tx: DbTransaction,
  ctx: Pick<Context, "jobs" | "now" | "orgId">,
  room: Pick<Workroom, "id">,
  wish: { desiredState: DesiredState; reason: TransitionReason },
): Promise<Workroom> {
  const [changed] = await tx
    .update(workrooms)
    .set({
      ...wish,
      generation: sql`${workrooms.generation} + 1`,
      // A person's wish is a new try: what failed before is no longer the news.
      failure: null,
      ...(wish.desiredState === "active" ? { lastActiveAt: ctx.now() } : {}),
    })
    .where(eq(workrooms.id, room.id))
    .returning();
  if (!changed) throw new Error("The room was locked by this transaction, so it exists.");
  await ctx.jobs.enqueue(tx, {
    name: "reconcile_workroom",
    orgId: ctx.orgId,
    workroomId: room.id,
  });
  return changed;
}
