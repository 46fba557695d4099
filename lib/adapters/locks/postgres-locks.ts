import { Client } from "pg";
import { AppError } from "@/lib/errors";
import type { Lock, Locks } from "@/lib/ports/locks";

const RETRY_MS = 20;

/**
 * Advisory locks of PostgreSQL, all on one connection of their own. The server gives them back when the connection
 * ends, so a killed process holds nothing; when the connection breaks, every holder's signal aborts.
 */
export function postgresLocks(url: string): Locks & { close(): Promise<void> } {
  const held = new Map<string, AbortController>();
  let connection: Promise<Client> | null = null;

  const loseAll = () => {
    connection = null;
    for (const lock of held.values()) lock.abort(new AppError("unavailable", "A lock was lost."));
    held.clear();
  };
  const connect = async (): Promise<Client> => {
    const client = new Client({ connectionString: url, application_name: "workroom locks" });
    client.on("error", () => undefined);
    client.once("end", loseAll);
    await client.connect();
    return client;
  };
  const open = (): Promise<Client> => {
    connection ??= connect().catch((error: unknown) => {
      connection = null;
      throw error;
    });
    return connection;
  };

  const tryLock = async (name: string): Promise<Lock | null> => {
    // Two locks of one session never exclude each other, so this process keeps its own list.
    if (held.has(name)) return null;
    const owner = new AbortController();
    held.set(name, owner);
    try {
      const client = await open();
      const query = "select pg_try_advisory_lock(hashtextextended($1, 0)) as locked";
      const { rows } = await client.query<{ locked: boolean }>(query, [name]);
      if (rows[0]?.locked && !owner.signal.aborted)
        return { signal: owner.signal, release: () => release(name, owner) };
    } catch (error) {
      if (held.get(name) === owner) held.delete(name);
      throw error;
    }
    if (held.get(name) === owner) held.delete(name);
    return null;
  };

  const release = async (name: string, owner: AbortController): Promise<void> => {
    if (held.get(name) !== owner) return;
    const client = await open();
    await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]);
    if (held.get(name) === owner) held.delete(name);
  };

  return {
    tryLock,
    async withLock(name, timeoutMs, work) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const lock = await tryLock(name);
        if (lock) {
          try {
            return await work(lock.signal);
          } finally {
            await lock.release().catch(() => undefined);
          }
        }
        if (Date.now() > deadline)
          throw new AppError("conflict", "Something else is at work here. Try again in a moment.");
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    },
    async close() {
      const client = await connection?.catch(() => null);
      await client?.end().catch(() => undefined);
    },
  };
}
