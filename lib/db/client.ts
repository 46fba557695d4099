import { sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Pool } from "pg";
import * as schema from "./schema";

export type Db = NodePgDatabase<typeof schema>;
export type DbTransaction = Parameters<Parameters<Db["transaction"]>[0]>[0];

export const openDb = (pool: Pool): Db => drizzle(pool, { schema });

/** A transaction that sees the rows of one organisation only (row-level security). */
export function inOrg<T>(
  db: Db,
  orgId: string,
  work: (tx: DbTransaction) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('workroom.org_id', ${orgId}, true)`);
    return work(tx);
  });
}

/**
 * A transaction that sees every organisation: sign-in, tickets, the worker's sweeps and the gateway's look-up of a
 * host name. No verb uses it; the architecture test holds the list of files that may.
 */
export function inSystem<T>(db: Db, work: (tx: DbTransaction) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('workroom.scope', 'system', true)`);
    return work(tx);
  });
}
