import { and, eq, isNull, sql } from "drizzle-orm";
import { graphileJobQueue } from "@/lib/adapters/job-queue/graphile-job-queue";
import { type Db, inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";

const LIMIT_MS = 5 * 60_000;
const POLL_MS = 250;

/**
 * Has the running product save the files of its rooms that are awake, and waits for it. Gives the titles of those that
 * it could not save in five minutes: a backup then has them as they were saved last.
 */
export async function saveRunningRooms(db: Db): Promise<string[]> {
  const rooms = await inSystem(db, async (tx) => {
    const jobs = graphileJobQueue();
    const awake = and(eq(workrooms.state, "active"), isNull(workrooms.deletedAt));
    const rows = await tx.select().from(workrooms).where(awake);
    for (const { id: workroomId, orgId } of rows) {
      const job = { name: "checkpoint_workroom", orgId, workroomId, actorId: "backup" } as const;
      await jobs.enqueue(tx, job, { key: jobKey(workroomId) });
    }
    return rows;
  });
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const waiting = await listWaiting(db);
    const late = rooms.filter(({ id }) => waiting.has(jobKey(id)));
    if (late.length === 0 || Date.now() > deadline) return late.map(({ title }) => title);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const jobKey = (workroomId: string) => `backup:${workroomId}`;

const listWaiting = (db: Db): Promise<Set<string>> =>
  inSystem(db, async (tx) => {
    const { rows } = await tx.execute<{ key: string }>(
      sql`select key from graphile_worker.jobs where key like 'backup:%'`,
    );
    return new Set(rows.map(({ key }) => key));
  });
