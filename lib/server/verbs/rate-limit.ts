import { scopeOf } from "@/lib/domain/authorize";
import type { PersonActor } from "@/lib/domain/context";
import type { Verb } from "@/lib/domain/define-verb";
import { AppError } from "@/lib/errors";

/** Calls a minute for one API key or one session. */
export const callsPerMinute = { read: 600, change: 120, run: 30 } as const;
export type CallKind = keyof typeof callsPerMinute;

const WINDOW_SECONDS = 60;
const MAX_BUCKETS = 20_000;

type Bucket = { tokens: number; filledAt: number };

/**
 * A token bucket for each caller and kind of call: a burst up to the whole quota, refilled evenly. It lives in this
 * process, since asking a database on each call would cost more than most calls: several webs each allow the quota.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly nowMs: () => number = () => performance.now()) {}

  /**
   * Counts one call and writes the `RateLimit` headers (draft-ietf-httpapi-ratelimit-headers).
   *
   * @throws AppError `rate_limited` with the seconds to wait
   */
  count(caller: string, kind: CallKind, multiplier: number, headers: Headers): void {
    const quota = Math.max(1, Math.floor(callsPerMinute[kind] * multiplier));
    const perSecond = quota / WINDOW_SECONDS;
    const bucket = this.#fill(`${kind} ${caller}`, quota, perSecond);
    const isOver = bucket.tokens < 1;
    if (!isOver) bucket.tokens -= 1;
    const fullInSeconds = Math.ceil((quota - bucket.tokens) / perSecond);
    headers.set("ratelimit-policy", `"${kind}";q=${quota};w=${WINDOW_SECONDS}`);
    headers.set("ratelimit", `"${kind}";r=${Math.floor(bucket.tokens)};t=${fullInSeconds}`);
    if (!isOver) return;
    const retryAfterSeconds = Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    throw new AppError(
      "rate_limited",
      `Too many calls: ${quota} a minute are allowed. Wait ${retryAfterSeconds} seconds.`,
      { details: { retryAfterSeconds } },
    );
  }

  #fill(key: string, quota: number, perSecond: number): Bucket {
    const now = this.nowMs();
    const known = this.#buckets.get(key);
    if (known !== undefined) {
      known.tokens = Math.min(quota, known.tokens + ((now - known.filledAt) / 1_000) * perSecond);
      known.filledAt = now;
      return known;
    }
    if (this.#buckets.size >= MAX_BUCKETS) this.#dropIdle(now);
    const bucket = { tokens: quota, filledAt: now };
    this.#buckets.set(key, bucket);
    return bucket;
  }

  /** A bucket that was left alone for a whole window is full again: forgetting it changes nothing. */
  #dropIdle(now: number): void {
    for (const [key, { filledAt }] of this.#buckets)
      if (now - filledAt > WINDOW_SECONDS * 1_000) this.#buckets.delete(key);
  }
}

/** Of this process: REST and MCP count together. */
export const restLimiter = new RateLimiter();

export function callKind(verb: Pick<Verb, "action" | "rest">): CallKind {
  if (verb.rest.method === "GET") return "read";
  return scopeOf(verb.action) === "run" ? "run" : "change";
}

/** A key and a session are counted each for itself, whoever's they are. */
export const callerName = (actor: PersonActor): string =>
  actor.apiKey?.id ?? actor.sessionId ?? actor.userId;
