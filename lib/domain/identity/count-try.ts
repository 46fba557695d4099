import { sql } from "drizzle-orm";
import { inSystem, type Db } from "@/lib/db/client";
import { rateLimits } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";

export type TryLimit = { key: string; maxTries: number; windowMs: number };

/**
 * Counts one try under each key, in one statement a key, so that parallel tries can't slip through.
 *
 * @throws AppError `rate_limited` with the seconds to wait when a key is over its limit
 */
export async function countTry(db: Db, limits: readonly TryLimit[], now: Date): Promise<void> {
  const waits = await inSystem(db, async (tx) => {
    const seconds: number[] = [];
    for (const limit of limits) {
      const windowEndsAt = new Date(now.getTime() + limit.windowMs);
      const isOver = sql`${rateLimits.windowEndsAt} <= ${now.toISOString()}::timestamptz`;
      const [row] = await tx
        .insert(rateLimits)
        .values({ key: limit.key, count: 1, windowEndsAt })
        .onConflictDoUpdate({
          target: rateLimits.key,
          set: {
            count: sql`case when ${isOver} then 1 else ${rateLimits.count} + 1 end`,
            windowEndsAt: sql`case when ${isOver} then excluded.window_ends_at else ${rateLimits.windowEndsAt} end`,
          },
        })
        .returning();
      if (row !== undefined && row.count > limit.maxTries)
        seconds.push(Math.max(1, Math.ceil((row.windowEndsAt.getTime() - now.getTime()) / 1_000)));
    }
    return seconds;
  });
  if (waits.length === 0) return;
  const wait = Math.max(...waits);
  throw new AppError("rate_limited", `Too many tries. Wait ${wait} seconds, then try again.`, {
    details: { retryAfterSeconds: wait },
  });
}

/** Forgets the tries of a key: it was no guess. */
export const forgetTries = (db: Db, key: string): Promise<void> =>
  inSystem(db, async (tx) => {
    await tx.delete(rateLimits).where(sql`${rateLimits.key} = ${key}`);
  });
