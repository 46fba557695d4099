import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Context } from "../context";
import { actorId } from "../system-context";

const AT_MOST_EVERY_MS = 3_000;
const MAX_REMEMBERED = 1_000;
const noted = new Map<string, number>();

/**
 * Somebody typed into a room's terminal: it doesn't fall asleep under their hands, and what they change in the files
 * is saved soon. Called with every key; only one in three seconds does anything.
 */
export async function noteTerminalUse(ctx: Context, workroomId: string): Promise<void> {
  const now = ctx.now();
  if (now.getTime() - (noted.get(workroomId) ?? 0) < AT_MOST_EVERY_MS) return;
  if (noted.size > MAX_REMEMBERED) noted.clear();
  noted.set(workroomId, now.getTime());
  await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const mine = eq(workrooms.id, workroomId);
    await tx.update(workrooms).set({ lastActiveAt: now }).where(mine);
    await ctx.jobs.enqueue(
      tx,
      { name: "checkpoint_workroom", orgId: ctx.orgId, workroomId, actorId: actorId(ctx) },
      { runAt: new Date(now.getTime() + AT_MOST_EVERY_MS) },
    );
  });
}
