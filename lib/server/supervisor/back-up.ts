import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { and, count, isNull, ne } from "drizzle-orm";
import { hasCluster } from "@/lib/adapters/database/embedded-postgres";
import { openManagedStore } from "@/lib/adapters/object-store/open-stores";
import { type Db, inSystem, openDb } from "@/lib/db/client";
import { openPool } from "@/lib/db/open-pool";
import { workrooms } from "@/lib/db/schema";
import { managedBucketOf } from "@/lib/env";
import { saveRunningRooms } from "@/lib/server/backup/save-running-rooms";
import { writeBackup } from "@/lib/server/backup/write-backup";
import { prepareDataFolder } from "./data-folder";
import { Installation, type Surroundings } from "./installation";
import { PlainFailure } from "./plain-failure";

/** `npm run backup [-- file]`: the whole installation in one file, while it runs or while it does not. */
export async function backUp(around: Surroundings, args: readonly string[]): Promise<void> {
  const file = path.resolve(args[0] ?? defaultName(new Date()));
  if (existsSync(file)) throw new PlainFailure(`${file} exists already; choose another name.`);
  const running = Installation.findRunning(around);
  if (running) {
    around.show("Workroom runs: its rooms save their files first.");
    await withDb(running.appUrl, async (db) => {
      const late = await saveRunningRooms(db);
      if (late.length > 0)
        around.show(`Not saved in five minutes, so as they were saved last: ${late.join(", ")}.`);
    });
    await write(around, running.ownerUrl, file);
    return;
  }
  const { root, postgres } = prepareDataFolder(around.env.WORKROOM_DATA_DIR, around.webUser);
  if (!around.env.DATABASE_URL && !hasCluster(postgres))
    throw new PlainFailure(`There is no Workroom in ${root} to back up. Check WORKROOM_DATA_DIR.`);
  const installation = Installation.take(around);
  try {
    const { ownerUrl } = await installation.startDatabase();
    await withDb(ownerUrl, (db) => tellUnsaved(around, db));
    await write(around, ownerUrl, file);
  } finally {
    await installation.stop();
  }
}

const defaultName = (now: Date) =>
  `workroom-backup-${now.toISOString().slice(0, 19).replaceAll(/[:T]/g, "-")}.zip`;

async function withDb<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const pool = openPool(url, { max: 1, name: "workroom-backup" });
  try {
    return await work(openDb(pool));
  } finally {
    await pool.end();
  }
}

/** A stop by Ctrl-C saves every room; after a crash, a disk may hold what no checkpoint has. */
async function tellUnsaved({ show }: Surroundings, db: Db): Promise<void> {
  const awake = and(ne(workrooms.state, "sleeping"), isNull(workrooms.deletedAt));
  const [rows] = await inSystem(db, (tx) =>
    tx.select({ size: count() }).from(workrooms).where(awake),
  );
  if (rows && rows.size > 0)
    show(
      `Workroom did not end in order: ${rows.size} rooms are backed up as they were saved last. To have everything, start and stop it once, then back up.`,
    );
}

async function write(around: Surroundings, ownerUrl: string, file: string): Promise<void> {
  const { env, checkout, webUser, show } = around;
  const { secrets, store } = prepareDataFolder(env.WORKROOM_DATA_DIR, webUser);
  const own = [
    env.WORKROOM_SECRET_KEY ? null : "secret-key",
    env.NEXTAUTH_SECRET ? null : "auth-secret",
  ];
  const { version } = JSON.parse(readFileSync(path.join(checkout, "package.json"), "utf8")) as {
    version: string;
  };
  const source = {
    ownerUrl,
    store: openManagedStore({ bucket: managedBucketOf(env), folder: { root: store } }),
    secretsDir: secrets,
    secretNames: own.filter(
      (name) => name !== null && existsSync(path.join(secrets, name)),
    ) as string[],
    product: version,
  };
  const made = await writeBackup(source, file, show);
  const megabytes = (made.bytes / 1e6).toFixed(1);
  show(
    `${made.rows} rows of ${made.tables} tables, ${made.objects} objects (${megabytes} MB): ${file}`,
  );
  show("Files that lie in customers' own buckets are not in it.");
  show("The file opens every saved key and account of this installation: keep it in a safe place.");
  if (env.WORKROOM_SECRET_KEY)
    show("WORKROOM_SECRET_KEY is not in it: without that key, saved model keys can't be read.");
}
