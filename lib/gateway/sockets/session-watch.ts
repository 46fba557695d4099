import type { ServerResponse } from "node:http";
import { type LiveRight, liveRights, type Stake } from "@/lib/auth/live-rights";
import { type Action, authorize } from "@/lib/domain/authorize";
import type { PersonActor, Ports } from "@/lib/domain/context";
import { AppError, notFound } from "@/lib/errors";
import type { Log } from "@/lib/log";

const CHECK_EVERY_MS = 400;

export type Watched = {
  actor: PersonActor;
  orgId: string;
  /** What has to stay allowed in a room. Without it, the role has to stay what it was: what is open knows the old one. */
  right?: { action: Action; workroomId: string };
  close: (why: AppError) => void;
};

/**
 * Closes what outlives a request (sockets, streams, uploads) within a second of the end of its right: the session or key
 * revoked, the person removed or given another role, the share taken back, the room deleted. It asks the database, so it
 * holds for what another web process has served, with one query for everything that is open.
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

  /** Cuts an answer, and the request that may still come in, when its right ends. */
  addResponse(response: ServerResponse, watched: Omit<Watched, "close">): void {
    const end = this.add({ ...watched, close: () => response.destroy() });
    response.once("close", end);
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
      const rights = await liveRights(this.ports, watched.map(stakeOf));
      for (const [index, one] of watched.entries()) {
        const why = findEnd(one, rights[index] ?? null);
        if (why !== null && this.#watched.has(one)) one.close(why);
      }
    } catch (error) {
      // While the database is away nobody can take a right away either; the next round asks again.
      this.log.warn({ err: error }, "rights could not be checked");
    } finally {
      this.#isChecking = false;
    }
  }
}

const stakeOf = ({ actor, orgId, right }: Watched): Stake => ({
  sessionId: actor.sessionId,
  apiKeyId: actor.apiKey?.id ?? null,
  orgId,
  workroomId: right?.workroomId ?? null,
});

/** Why it may not stay open; null: it may. */
function findEnd({ actor, orgId, right }: Watched, live: LiveRight | null): AppError | null {
  if (live === null) return new AppError("unauthenticated", "You were signed out.");
  if (right === undefined)
    return live.role === actor.role
      ? null
      : new AppError("unavailable", "Your role has changed. Connecting again.");
  if (live.room === null) return notFound("Workroom");
  try {
    const room = { kind: "workroom", orgId, ...live.room } as const;
    authorize({ orgId, actor: { ...actor, role: live.role } }, right.action, room);
    return null;
  } catch (error) {
    return error instanceof AppError ? error : new AppError("internal", "Something went wrong.");
  }
}
