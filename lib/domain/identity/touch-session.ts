import { and, eq, isNull, lt, or } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { orgMembers, sessions } from "@/lib/db/schema";
import type { Ports } from "../context";

const MINUTE_MS = 60_000;

type Used = { sessionId: string; userId: string; orgId: string; address: string | null };

/** When a session and its person's membership were used last, at most once a minute each. */
export const isStale = (lastSeenAt: Date | null, now: Date): boolean =>
  lastSeenAt === null || now.getTime() - lastSeenAt.getTime() >= MINUTE_MS;

/** Of many requests at the same moment, one writes. */
export const touchSession = (
  ports: Pick<Ports, "db" | "now">,
  { sessionId, userId, orgId, address }: Used,
): Promise<void> =>
  inSystem(ports.db, async (tx) => {
    const now = ports.now();
    const before = new Date(now.getTime() - MINUTE_MS);
    await tx
      .update(sessions)
      .set({ lastSeenAt: now, ...(address !== null && { address: address.slice(0, 100) }) })
      .where(and(eq(sessions.id, sessionId), lt(sessions.lastSeenAt, before)));
    const membership = and(eq(orgMembers.userId, userId), eq(orgMembers.orgId, orgId));
    await tx
      .update(orgMembers)
      .set({ lastSeenAt: now })
      .where(and(membership, or(isNull(orgMembers.lastSeenAt), lt(orgMembers.lastSeenAt, before))));
  });
