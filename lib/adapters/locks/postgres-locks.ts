import { Client } from "pg";
import { AppError } from "@/lib/errors";
import type { Lock, Locks } from "@/lib/ports/locks";

const RETRY_MS = 20;

/** @see PostgresLocks */
export const postgresLocks = (url: string): PostgresLocks => new PostgresLocks(url);

/**
 * Advisory locks of PostgreSQL, all on one connection of their own. The server gives them back when the connection
 * ends, so a killed process holds nothing; when the connection breaks, every holder's signal aborts.
 */
class PostgresLocks implements Locks {
  readonly #held = new Map<string, AbortController>();
  #connection: Promise<Client> | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly url: string) {}

  async tryLock(name: string): Promise<Lock | null> {
    // Two locks of one session never exclude each other, so this process keeps its own list.
    if (this.#held.has(name)) return null;
    const owner = new AbortController();
    this.#held.set(name, owner);
    try {
      const isLocked = await this.#ask("pg_try_advisory_lock", name);
      if (isLocked && !owner.signal.aborted)
        return { signal: owner.signal, release: () => this.#release(name, owner) };
    } catch (error) {
      this.#forget(name, owner);
      throw error;
    }
    this.#forget(name, owner);
    return null;
  }

  async withLock<T>(
    name: string,
    timeoutMs: number,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const lock = await this.tryLock(name);
      if (lock) return work(lock.signal).finally(() => lock.release().catch(() => undefined));
      if (Date.now() > deadline)
        throw new AppError("conflict", "Something else is at work here. Try again in a moment.");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async close(): Promise<void> {
    const client = await this.#connection?.catch(() => null);
    await client?.end().catch(() => undefined);
  }

  async #release(name: string, owner: AbortController): Promise<void> {
    if (this.#held.get(name) !== owner) return; // lost, and perhaps taken again by somebody else
    await this.#ask("pg_advisory_unlock", name);
    this.#forget(name, owner);
  }

  #forget(name: string, owner: AbortController): void {
    if (this.#held.get(name) === owner) this.#held.delete(name);
  }

  /** One question at a time: a connection answers in order anyway. */
  #ask(call: "pg_try_advisory_lock" | "pg_advisory_unlock", name: string): Promise<boolean> {
    const answer = this.#turn.then(async () => {
      const client = await this.#open();
      const query = `select ${call}(hashtextextended($1, 0)) as is_done`;
      const { rows } = await client.query<{ is_done: boolean }>(query, [name]);
      return rows[0]?.is_done === true;
    });
    this.#turn = answer.catch(() => undefined);
    return answer;
  }

  #open(): Promise<Client> {
    this.#connection ??= this.#connect().catch((error: unknown) => {
      this.#connection = null;
      throw error;
    });
    return this.#connection;
  }

  async #connect(): Promise<Client> {
    const client = new Client({ connectionString: this.url, application_name: "workroom locks" });
    client.on("error", () => undefined);
    client.once("end", () => this.#loseAll());
    await client.connect();
    return client;
  }

  #loseAll(): void {
    this.#connection = null;
    const lost = [...this.#held.values()];
    this.#held.clear();
    for (const owner of lost) owner.abort(new AppError("unavailable", "A lock was lost."));
  }
}
