import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { hasCluster } from "@/lib/adapters/database/embedded-postgres";
import { openManagedStore } from "@/lib/adapters/object-store/open-stores";
import { openDb } from "@/lib/db/client";
import { openPool } from "@/lib/db/open-pool";
import { managedBucketOf } from "@/lib/env";
import { secretEntry } from "@/lib/server/backup/backup-index";
import { BackupReader } from "@/lib/server/backup/backup-reader";
import { askForJobs, restoreObjects, restoreTables } from "@/lib/server/backup/restore-backup";
import { type DataFolder, prepareDataFolder } from "./data-folder";
import { Installation, type Surroundings } from "./installation";
import { PlainFailure } from "./plain-failure";
import { clearRestoreMark, hasRestoreMark, setRestoreMark } from "./restore-mark";

/** `npm run restore -- file [--replace]`: makes an installation of a backup, on this machine or another. */
export async function restore(around: Surroundings, args: readonly string[]): Promise<void> {
  const [given] = args.filter((argument) => !argument.startsWith("--"));
  if (!given) throw new PlainFailure("Say which file: npm run restore -- <file> [--replace]");
  const file = path.resolve(given);
  if (!existsSync(file)) throw new PlainFailure(`There is no file ${file}.`);
  const backup = await BackupReader.open(file);
  try {
    around.show(`Checking ${path.basename(file)}, made ${backup.index.createdAt}`);
    await backup.verify();
    const installation = Installation.take(around);
    try {
      await fill(around, installation, backup, args.includes("--replace"));
    } finally {
      await installation.stop();
    }
  } finally {
    backup.close();
  }
}

async function fill(
  around: Surroundings,
  installation: Installation,
  backup: BackupReader,
  mayReplace: boolean,
): Promise<void> {
  const { env, checkout, webUser, show } = around;
  const { root } = installation.folder;
  if (isOccupied(installation.folder)) {
    if (!mayReplace)
      throw new PlainFailure(
        `${root} holds an installation already. Restore into another folder (WORKROOM_DATA_DIR=…), or add --replace to set it aside first.`,
      );
    show(`What was there is kept in ${setAside(installation.folder)}`);
  }
  const folder = prepareDataFolder(env.WORKROOM_DATA_DIR, webUser);
  const bucket = managedBucketOf(env);
  const owner = webUser ?? undefined;
  const store = openManagedStore({ bucket, folder: { root: folder.store, owner } });
  if (bucket && !hasRestoreMark(root) && (await store.list("", { limit: 1 })).length > 0)
    throw new PlainFailure(
      `The bucket ${bucket.bucket} holds files already. Choose an empty folder of it by WORKROOM_S3_PREFIX.`,
    );
  setRestoreMark(root);
  for (const { name } of backup.index.secrets) {
    const secret = await buffer(await backup.read(secretEntry(name)));
    writeFileSync(path.join(folder.secrets, name), secret, { mode: 0o600, flush: true });
  }
  show("Files of the rooms");
  await restoreObjects(store, backup);
  show("Database");
  const database = await installation.startDatabase();
  await restoreTables(database.ownerUrl, backup, path.join(checkout, "drizzle"));
  await installation.migrateDatabase(database);
  const pool = openPool(installation.appUrl, { max: 1, name: "workroom-restore" });
  try {
    await askForJobs(openDb(pool));
  } finally {
    await pool.end();
  }
  clearRestoreMark(root);
  show("Restored. Start it with npm run up; everybody signs in again.");
}

const isOccupied = ({ root, postgres, store, secrets }: DataFolder): boolean =>
  hasRestoreMark(root) ||
  hasCluster(postgres) ||
  [store, secrets].some((folder) => readdirSync(folder).length > 0);

/** Moves the parts of an installation that does not run to a folder beside them. */
function setAside({ root, rooms, postgres, store, secrets }: DataFolder): string {
  if (readFileSync("/proc/self/mountinfo", "utf8").includes(` ${rooms}/`))
    throw new PlainFailure(
      `Disks of rooms in ${rooms} are still mounted. Start and stop Workroom once, then restore.`,
    );
  const aside = path.join(
    root,
    `replaced-${new Date().toISOString().slice(0, 19).replaceAll(/[:T]/g, "-")}`,
  );
  mkdirSync(aside, { mode: 0o700 });
  for (const part of [postgres, store, secrets, rooms])
    renameSync(part, path.join(aside, path.basename(part)));
  return aside;
}
