import { findSessionActor } from "@/lib/auth/require-actor";
import type { Context, PersonActor, Ports } from "@/lib/domain/context";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { Access } from "./access-token";

type PersonContext = Context & { actor: PersonActor };

const REMEMBER_MS = 500;
const MAX_REMEMBERED = 10_000;

/**
 * Asks the database whether the session behind an access cookie may still open its object, and remembers the answer for
 * half a second: a page of a preview asks for hundreds of files at once, and a sign-out must end it all within one.
 */
export class AccessCheck<T> {
  readonly #answers = new Map<string, { askedAt: number; answer: Promise<T | null> }>();

  constructor(
    private readonly ports: Ports,
    /** Authorises; throws an AppError where there is no right. */
    private readonly load: (ctx: PersonContext, objectId: string) => Promise<T>,
  ) {}

  find(access: Access): Promise<T | null> {
    const key = `${access.sessionId} ${access.orgId} ${access.objectId}`;
    const known = this.#answers.get(key);
    const now = performance.now();
    if (known !== undefined && now - known.askedAt < REMEMBER_MS) return known.answer;
    if (this.#answers.size >= MAX_REMEMBERED) this.#answers.clear();
    const answer = this.#ask(access);
    this.#answers.set(key, { askedAt: now, answer });
    answer.catch(() => this.#answers.delete(key));
    return answer;
  }

  async #ask(access: Access): Promise<T | null> {
    try {
      const signedIn = await findSessionActor(this.ports, access.sessionId, {
        orgId: access.orgId,
      });
      if (signedIn === null) return null;
      const ctx: PersonContext = { ...this.ports, ...signedIn, requestId: newId("request") };
      return await this.load(ctx, access.objectId);
    } catch (error) {
      if (error instanceof AppError && refusals.has(error.code)) return null;
      throw error;
    }
  }
}

const refusals: ReadonlySet<string> = new Set(["not_found", "forbidden", "unauthenticated"]);
