import { and, eq, gt } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { sessions, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Context, PersonActor } from "../context";
import { countTry, forgetTries } from "./count-try";
import { isPassword } from "./password";

const WINDOW_MS = 15 * 60 * 1_000;
const MAX_TRIES = 10;

/**
 * Before a way in is added or changed: the person's password, or, for somebody who has none, a sign-in of the last
 * quarter of an hour. A stolen session alone can't keep itself a door.
 *
 * @throws AppError `invalid_input` for a wrong password · `forbidden` without a fresh sign-in · `rate_limited`
 */
export async function proveIdentity(
  ctx: Pick<Context, "db" | "now">,
  { userId, sessionId }: Pick<PersonActor, "userId" | "sessionId">,
  password: string,
): Promise<void> {
  const key = `proof:${userId}`;
  await countTry(ctx.db, [{ key, maxTries: MAX_TRIES, windowMs: WINDOW_MS }], ctx.now());
  const since = new Date(ctx.now().getTime() - WINDOW_MS);
  const { passwordHash, isFresh } = await inSystem(ctx.db, async (tx) => {
    const [user] = await tx.select().from(users).where(eq(users.id, userId));
    const own = and(eq(sessions.id, sessionId ?? ""), eq(sessions.userId, userId));
    const fresh = await tx
      .select()
      .from(sessions)
      .where(and(own, gt(sessions.createdAt, since)));
    return { passwordHash: user?.passwordHash ?? null, isFresh: fresh.length > 0 };
  });
  if (passwordHash !== null) {
    if (!(await isPassword(passwordHash, password)))
      throw new AppError("invalid_input", "This is not your current password.");
  } else if (!isFresh)
    throw new AppError(
      "forbidden",
      "This needs a fresh log-in. Log out, log in again and come back within 15 minutes.",
    );
  await forgetTries(ctx.db, key);
}
