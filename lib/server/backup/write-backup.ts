import { readFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { Client } from "pg";
import { AppError } from "@/lib/errors";
import type { ObjectStore } from "@/lib/ports/object-store";
import {
  BACKUP_FORMAT,
  type BackupIndex,
  objectEntry,
  secretEntry,
  tableEntry,
} from "./backup-index";
import { BackupWriter } from "./backup-writer";
import { dumpTables, listMigrations } from "./dump-tables";

const CONNECT_TIMEOUT_MS = 20_000;
const BATCH = 1_000;
const MAX_TRIES = 3;

export type BackupSource = {
  /** Connects as the owner of the database. */
  ownerUrl: string;
  store: ObjectStore;
  /** The files of the secrets that belong to the data folder; those of the environment stay with the operator. */
  secretsDir: string;
  secretNames: readonly string[];
  product: string;
};

export type BackupSummary = { tables: number; rows: number; objects: number; bytes: number };

/**
 * Writes the whole installation to one file, running or not: first a snapshot of the database, then every object,
 * which covers all that the snapshot names, since objects are never changed. A room that is deleted in between takes
 * objects with it: then all is done once more.
 *
 * @throws AppError `unavailable` when the database or the store can't be read
 */
export async function writeBackup(
  source: BackupSource,
  file: string,
  onStep: (line: string) => void,
): Promise<BackupSummary> {
  for (let attempt = 1; ; attempt += 1) {
    const writer = new BackupWriter(file);
    try {
      const { index, named } = await writeParts(source, writer, onStep);
      const kept = new Set(index.objects.map(({ key }) => key));
      const missing = named.filter((key) => !kept.has(key));
      if (missing.length === 0) {
        await writer.finish(index);
        return summaryOf(index);
      }
      if (attempt === MAX_TRIES)
        throw new AppError(
          "unavailable",
          `${missing.length} objects that the database names are not in the store, ${missing[0]} first. The backup would not be whole, so none was written.`,
        );
      onStep("A room was deleted meanwhile; starting over.");
    } catch (error) {
      await writer.discard();
      throw error;
    }
    await writer.discard();
  }
}

const summaryOf = ({ tables, objects }: BackupIndex): BackupSummary => ({
  tables: tables.length,
  rows: tables.reduce((sum, { rows }) => sum + rows, 0),
  objects: objects.length,
  bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
});

async function writeParts(
  source: BackupSource,
  writer: BackupWriter,
  onStep: (line: string) => void,
): Promise<{ index: BackupIndex; named: string[] }> {
  const secrets: BackupIndex["secrets"] = [];
  for (const name of source.secretNames) {
    const secret = await readFile(path.join(source.secretsDir, name));
    secrets.push({ name, ...(await writer.add(secretEntry(name), Readable.from([secret]))) });
  }
  onStep("Database");
  const database = await writeTables(source.ownerUrl, writer);
  onStep("Files of the rooms");
  const objects: BackupIndex["objects"] = [];
  for await (const key of listKeys(source.store)) {
    const body = await source.store.get(key).catch((error: unknown) => {
      if (error instanceof AppError && error.code === "not_found") return null; // deleted since it was listed
      throw error;
    });
    // Segments are packed bytes already: deflating them again costs much and gains little.
    if (body)
      objects.push({ key, ...(await writer.add(objectEntry(key), body, { compress: false })) });
  }
  const { named, ...tables } = database;
  const createdAt = new Date().toISOString();
  const index = { format: BACKUP_FORMAT, product: source.product, createdAt, ...tables };
  return { index: { ...index, secrets, objects }, named };
}

/** The tables as one moment saw them, and the objects that they name. */
async function writeTables(ownerUrl: string, writer: BackupWriter) {
  const client = new Client({
    connectionString: ownerUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  client.on("error", () => undefined); // the query under way fails with it
  await client.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    await client.query("select set_config('workroom.scope', 'system', true)");
    const migrations = await listMigrations(client);
    const tables: BackupIndex["tables"] = [];
    for await (const { name, columns, rows, body } of dumpTables(client))
      tables.push({ name, columns, rows, ...(await writer.add(tableEntry(name), body)) });
    // What lies in a customer's bucket is the customer's to keep: it is not in the backup, and not looked for.
    const named = await client.query<{ key: string }>(`
      with managed as (select id from workrooms where storage_id is null)
      select manifest->>'key' as key from checkpoints where workroom_id in (table managed)
      union select jsonb_array_elements_text(segments) from checkpoints where workroom_id in (table managed)
      union select key from workspace_commits where workroom_id in (table managed)
      union select app_versions.manifest->>'key' from app_versions join apps on apps.id = app_id
        where apps.workroom_id in (table managed)`);
    return { migrations, tables, named: named.rows.map(({ key }) => key) };
  } finally {
    await client.end();
  }
}

async function* listKeys(store: ObjectStore): AsyncGenerator<string> {
  let after: string | undefined;
  for (;;) {
    const keys = await store.list("", { limit: BATCH, ...(after === undefined ? {} : { after }) });
    yield* keys;
    if (keys.length < BATCH) return;
    after = keys.at(-1);
  }
}
