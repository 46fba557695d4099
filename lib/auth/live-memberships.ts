import { and, eq, gt, inArray, isNull } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { orgMembers, sessions } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";

export const membershipKey = (who: { sessionId: string; orgId: string }) =>
  `${who.sessionId} ${who.orgId}`;

/** Which of these sessions are live and their people still members: one query for everything that stays open. */
export const liveMemberships = (
  ports: Pick<Ports, "db" | "now">,
  sessionIds: readonly string[],
): Promise<ReadonlySet<string>> =>
  inSystem(ports.db, async (tx) => {
    const rows = await tx
      .select({ sessionId: sessions.id, orgId: orgMembers.orgId })
      .from(sessions)
      .innerJoin(orgMembers, eq(orgMembers.userId, sessions.userId))
      .where(
        and(
          inArray(sessions.id, [...sessionIds]),
          isNull(sessions.revokedAt),
          gt(sessions.expiresAt, ports.now()),
        ),
      );
    return new Set(rows.map(membershipKey));
  });
