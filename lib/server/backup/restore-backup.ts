import { eq, isNotNull, ne, or } from "drizzle-orm";
import { Client } from "pg";
import { graphileJobQueue } from "@/lib/adapters/job-queue/graphile-job-queue";
import { type Db, inSystem } from "@/lib/db/client";
import { chats, messages, workrooms } from "@/lib/db/schema";
import type { ObjectStore } from "@/lib/ports/object-store";
import { objectEntry } from "./backup-index";
import type { BackupReader } from "./backup-reader";
import { loadTables } from "./load-tables";

const CONNECT_TIMEOUT_MS = 20_000;

/** Fills an empty database with the tables of a backup, as they were. */
export async function restoreTables(
  ownerUrl: string,
  backup: BackupReader,
  migrationsFolder: string,
): Promise<void> {
  const client = new Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on("error", () => undefined); // the query under way fails with it
  await client.connect();
  try {
    await loadTables(client, backup, migrationsFolder);
  } finally {
    await client.end();
  }
}

/** Puts every object of a backup into a store. */
export async function restoreObjects(store: ObjectStore, backup: BackupReader): Promise<void> {
  for (const { key } of backup.index.objects)
    await store.put(key, await backup.read(objectEntry(key)));
}

/**
 * A backup holds no jobs: the rows say what is to do. A restored installation is like one that was cut off, on a
 * machine whose disks are gone: each room that ran starts again with its saved files, and messages that wait go on.
 */
export async function askForJobs(db: Db): Promise<void> {
  const jobs = graphileJobQueue();
  await inSystem(db, async (tx) => {
    const unsettled = or(ne(workrooms.state, "sleeping"), isNotNull(workrooms.deletedAt));
    for (const { id: workroomId, orgId } of await tx.select().from(workrooms).where(unsettled))
      await jobs.enqueue(tx, { name: "reconcile_workroom", orgId, workroomId });
    const waiting = await tx
      .selectDistinct({ chatId: chats.id, orgId: chats.orgId })
      .from(messages)
      .innerJoin(chats, eq(chats.id, messages.chatId))
      .where(eq(messages.state, "queued"));
    for (const { chatId, orgId } of waiting)
      await jobs.enqueue(tx, { name: "dispatch_turn", orgId, chatId });
  });
}
