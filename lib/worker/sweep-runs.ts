import { and, eq, lt } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { runs } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { systemContext } from "@/lib/domain/system-context";
import { followRun, isFollowed } from "@/lib/domain/run/follow-run";

/** Younger ones are still being started. */
const GRACE_MS = 60_000;

/** Runs whose web has died are followed by this one: to their end, or to the news that their sandbox has ended. */
export async function sweepRuns(ports: Ports): Promise<void> {
  const before = new Date(ports.now().getTime() - GRACE_MS);
  const open = and(eq(runs.state, "running"), lt(runs.createdAt, before));
  const rows = await inSystem(ports.db, (tx) => tx.select().from(runs).where(open));
  for (const run of rows)
    if (!isFollowed(run.id))
      void followRun(systemContext(ports, run.orgId, "sweep_runs"), run).catch(() => undefined);
}
