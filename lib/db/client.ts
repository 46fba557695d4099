import {
  drizzle,
  NodePgSession,
  NodePgTransaction,
  type NodePgDatabase,
} from "drizzle-orm/node-postgres";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Pool, PoolClient } from "pg";
import * as schema from "./schema";

export type Db = NodePgDatabase<typeof schema> & { $client: Pool };
export type DbTransaction = Parameters<Parameters<Db["transaction"]>[0]>[0];

export const openDb = (pool: Pool): Db => drizzle(pool, { schema });

const dialect = new PgDialect();

/** drizzle's own transaction waits for its BEGIN; this one is handed a connection on which it is under way. */
function transactionOn(db: Db, client: PoolClient): DbTransaction {
  const { schema: tables, fullSchema, tableNamesMap } = db._;
  const relations = tables && { schema: tables, fullSchema, tableNamesMap };
  const session = new NodePgSession<typeof schema, NonNullable<typeof tables>>(
    client,
    dialect,
    relations,
  );
  return new NodePgTransaction(dialect, session, relations);
}

type Work<T> = (tx: DbTransaction) => Promise<T>;
type Scope = { name: "workroom.org_id" | "workroom.scope"; value: string; isReadOnly?: boolean };

/** A transaction that sees the rows of one organisation only (row-level security). */
export const inOrg = <T>(db: Db, orgId: string, work: Work<T>): Promise<T> =>
  inTransaction(db, { name: "workroom.org_id", value: orgId }, work);

/** The same for work that only reads: nobody waits for its end, and a write in it fails. */
export const readInOrg = <T>(db: Db, orgId: string, work: Work<T>): Promise<T> =>
  inTransaction(db, { name: "workroom.org_id", value: orgId, isReadOnly: true }, work);

/**
 * A transaction that sees every organisation: sign-in, tickets, the worker's sweeps and the gateway's look-up of a
 * host name. No verb uses it; the architecture test holds the list of files that may.
 */
export const inSystem = <T>(db: Db, work: Work<T>): Promise<T> =>
  inTransaction(db, { name: "workroom.scope", value: "system" }, work);

/** The same for work that only reads. */
export const readInSystem = <T>(db: Db, work: Work<T>): Promise<T> =>
  inTransaction(db, { name: "workroom.scope", value: "system", isReadOnly: true }, work);

/**
 * The statements that open a transaction travel together with its first one: the pool's connections take a statement
 * while an earlier one is not answered, and PostgreSQL runs them in order. Should one of the opening statements fail,
 * the work sees no row and its end fails, as everything on that connection does.
 */
async function inTransaction<T>(db: Db, scope: Scope, work: Work<T>): Promise<T> {
  const client = await db.$client.connect();
  const opened = Promise.all([
    client.query(scope.isReadOnly ? "begin read only" : "begin"),
    client.query("select set_config($1, $2, true)", [scope.name, scope.value]),
  ]);
  opened.catch(() => undefined); // seen after the work
  let result: T;
  try {
    result = await work(transactionOn(db, client));
    await opened;
  } catch (error) {
    await end(client, "rollback").catch(() => undefined); // the connection died: so did the transaction
    throw error;
  }
  const ended = end(client, "commit");
  if (scope.isReadOnly) ended.catch(() => undefined);
  else await ended;
  return result;
}

/** Ends the transaction and gives the connection back, or up when it is broken. */
async function end(client: PoolClient, how: "commit" | "rollback"): Promise<void> {
  const ended = await client.query(how).catch((cause: unknown) => {
    client.release(true);
    throw cause;
  });
  client.release();
  // So PostgreSQL answers when a statement had failed and the work went on nevertheless.
  if (how === "commit" && ended.command === "ROLLBACK")
    throw new Error("A statement of this transaction had failed.");
}
