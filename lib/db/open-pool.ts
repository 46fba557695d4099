import { Pool } from "pg";

const CONNECT_TIMEOUT_MS = 10_000;

/** Connections of one process. `max` is small: a transaction is short, and PostgreSQL gives each a process. */
export function openPool(
  url: string,
  options: { max?: number; name?: string; pipeline?: boolean } = {},
): Pool {
  const pool = new Pool({
    connectionString: url,
    max: options.max ?? 12,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 60_000,
    application_name: options.name ?? "workroom",
    // Statements of a transaction that don't need each other's answers travel together (lib/db/client.ts).
    pipeline: options.pipeline ?? true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
