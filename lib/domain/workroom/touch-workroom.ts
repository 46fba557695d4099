import { and, eq, lt } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Context } from "../context";

const AT_MOST_EVERY_MS = 30_000;

/** Notes that somebody uses the room (a terminal, a preview), so that it doesn't fall asleep under their hands. */
export async function touchWorkroom(
  ctx: Pick<Context, "db" | "now" | "orgId">,
  workroomId: string,
): Promise<void> {
  const now = ctx.now();
  const before = new Date(now.getTime() - AT_MOST_EVERY_MS);
  const isStale = and(eq(workrooms.id, workroomId), lt(workrooms.lastActiveAt, before));
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(workrooms).set({ lastActiveAt: now }).where(isStale),
  );
}
