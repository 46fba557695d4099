import type { Readable } from "node:stream";
import { type Client, escapeIdentifier } from "pg";
import { to as copyTo } from "pg-copy-streams";

/** What lives for minutes, and sessions: whoever was signed out after a backup must not be signed in by its restore. */
const leftOut = new Set([
  "sessions",
  "tickets",
  "rate_limits",
  "presences",
  "idempotency_keys",
  "push_subscriptions",
]);

export type TableDump = { name: string; columns: string[]; rows: number; body: Readable };

/** The tables of a snapshot that `client` holds, one after the other; each body is read to its end before the next. */
export async function* dumpTables(client: Client): AsyncGenerator<TableDump> {
  for (const { name, columns } of await listTables(client)) {
    if (leftOut.has(name)) continue;
    const list = columns.map(escapeIdentifier).join(", ");
    const { rows } = await client.query<{ size: string }>(
      `select count(*) as size from ${escapeIdentifier(name)}`,
    );
    // A query, not the table itself: COPY of a table with row-level security is refused to its owner.
    const body = client.query(
      copyTo(`copy (select ${list} from ${escapeIdentifier(name)}) to stdout`),
    );
    yield { name, columns, rows: Number(rows[0]?.size ?? 0), body };
  }
}

async function listTables(client: Client): Promise<{ name: string; columns: string[] }[]> {
  const { rows } = await client.query<{ name: string; columns: string[] }>(`
    select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    group by c.relname order by c.relname`);
  return rows;
}

/** The times of the migrations that made these tables. */
export async function listMigrations(client: Client): Promise<number[]> {
  const { rows } = await client.query<{ at: string }>(
    "select created_at as at from drizzle.__drizzle_migrations order by created_at",
  );
  return rows.map(({ at }) => Number(at));
}
