import { lt, or } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { rateLimits, sessions, tickets } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";

/** A session that ended is kept this long, for whoever asks who was signed in when. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

/** Removes what signing in leaves behind: sessions that ended long ago, tickets and counters whose time is over. */
export const sweepSignIns = ({ db, now }: Pick<Ports, "db" | "now">): Promise<void> =>
  inSystem(db, async (tx) => {
    const before = new Date(now().getTime() - KEPT_MS);
    await tx
      .delete(sessions)
      .where(or(lt(sessions.expiresAt, before), lt(sessions.revokedAt, before)));
    await tx.delete(tickets).where(lt(tickets.expiresAt, now()));
    await tx.delete(rateLimits).where(lt(rateLimits.windowEndsAt, now()));
  });
