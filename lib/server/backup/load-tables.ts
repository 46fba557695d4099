import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { type Client, escapeIdentifier } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { z } from "zod";
import { AppError } from "@/lib/errors";
import { tableEntry } from "./backup-index";
import type { BackupReader } from "./backup-reader";

const Journal = z.looseObject({ entries: z.array(z.looseObject({ when: z.number() })) });

/**
 * Makes the tables as they were when the backup was made and fills them, in one transaction. The caller then brings
 * them to this version.
 *
 * @throws AppError `invalid_input` for a backup of a newer product · `conflict` for a database that has tables
 */
export async function loadTables(
  client: Client,
  backup: BackupReader,
  migrationsFolder: string,
): Promise<void> {
  await requireEmpty(client);
  await migrateTo(client, backup.index.migrations, migrationsFolder);
  await client.query("begin");
  try {
    const tables = new Map(backup.index.tables.map((table) => [table.name, table]));
    for (const name of await orderByReferences(client)) {
      const table = tables.get(name);
      if (!table) continue;
      tables.delete(name);
      const target = escapeIdentifier(name);
      const columns = table.columns.map(escapeIdentifier).join(", ");
      // Also the owner is refused COPY while the policies are forced on it; the transaction hides this from others.
      await client.query(`alter table ${target} no force row level security`);
      // What the triggers keep is in the backup already; they would look it up in tables whose policies are forced again.
      await client.query(`alter table ${target} disable trigger user`);
      const into = client.query(copyFrom(`copy ${target} (${columns}) from stdin`));
      await pipeline(await backup.read(tableEntry(name)), into);
      if (into.rowCount !== table.rows)
        throw new AppError(
          "invalid_input",
          `${name} has ${into.rowCount} rows, not ${table.rows}.`,
        );
      await client.query(`alter table ${target} enable trigger user`);
      await client.query(`alter table ${target} force row level security`);
    }
    const [unknown] = tables.keys();
    if (unknown)
      throw new AppError("invalid_input", `The backup has an unknown table, ${unknown}.`);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

async function requireEmpty(client: Client): Promise<void> {
  const { rows } = await client.query(
    "select 1 from pg_tables where schemaname in ('public', 'drizzle') limit 1",
  );
  if (rows.length > 0)
    throw new AppError(
      "conflict",
      "This database has tables already. Give DATABASE_URL an empty database to restore into.",
    );
}

/** Runs the product's own migrations, up to the last one that the backup had seen. */
async function migrateTo(client: Client, seen: readonly number[], folder: string): Promise<void> {
  const journalPath = path.join(folder, "meta/_journal.json");
  const journal = Journal.parse(JSON.parse(readFileSync(journalPath, "utf8")));
  const ours = journal.entries.slice(0, seen.length);
  if (
    seen.length === 0 ||
    ours.some(({ when }, at) => when !== seen[at]) ||
    ours.length < seen.length
  )
    throw new AppError(
      "invalid_input",
      "This backup was made by a newer Workroom, or by another product. Update this one first, then restore it.",
    );
  const partial = mkdtempSync(path.join(tmpdir(), "workroom-migrations-"));
  try {
    cpSync(folder, partial, { recursive: true });
    const text = JSON.stringify({ ...journal, entries: ours });
    writeFileSync(path.join(partial, "meta/_journal.json"), text);
    await migrate(drizzle(client), { migrationsFolder: partial });
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** The tables, each after those it refers to. */
async function orderByReferences(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; refers: string[] }>(`
    select c.relname as name,
      coalesce(array_agg(r.relname::text) filter (where r.relname is not null and r.oid <> c.oid), '{}') as refers
    from pg_class c
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
    left join pg_class r on r.oid = k.confrelid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
    group by c.relname`);
  const ordered: string[] = [];
  const waiting = new Map(rows.map(({ name, refers }) => [name, refers]));
  while (waiting.size > 0) {
    const ready = [...waiting].filter(([, refers]) => !refers.some((other) => waiting.has(other)));
    if (ready.length === 0) throw new Error("The tables refer to each other in a circle.");
    for (const [name] of ready) {
      ordered.push(name);
      waiting.delete(name);
    }
  }
  return ordered;
}
