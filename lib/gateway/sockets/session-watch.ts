import { liveMemberships, membershipKey } from "@/lib/auth/live-memberships";
import type { Ports } from "@/lib/domain/context";
import type { Log } from "@/lib/log";

const CHECK_EVERY_MS = 500;

export type Watched = { sessionId: string; orgId: string; close: () => void };

/**
 * Closes what outlives a request (sockets, previews' sockets) within a second of the end of its session or membership.
 * It asks the database, so it holds for a sign-out that another web process has served.
 */
export class SessionWatch {
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;
  #isChecking = false;

  constructor(
    private readonly ports: Pick<Ports, "db" | "now">,
    private readonly log: Log,
  ) {}

  /** Returns what ends the watch. */
  add(watched: Watched): () => void {
    this.#watched.add(watched);
    this.#timer ??= setInterval(() => void this.#check(), CHECK_EVERY_MS).unref();
    return () => {
      this.#watched.delete(watched);
      if (this.#watched.size === 0) this.stop();
    };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #check(): Promise<void> {
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      const watched = [...this.#watched];
      const ids = [...new Set(watched.map((one) => one.sessionId))];
      const live = await liveMemberships(this.ports, ids);
      for (const one of watched) if (!live.has(membershipKey(one))) one.close();
    } catch (error) {
      // While the database is away nobody can sign out either; the next round asks again.
      this.log.warn({ err: error }, "sessions could not be checked");
    } finally {
      this.#isChecking = false;
    }
  }
}
