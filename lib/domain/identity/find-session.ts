import { and, eq, gt, isNull } from "drizzle-orm";
import { readInSystem } from "@/lib/db/client";
import { type MemberRole, orgMembers, orgs, sessions, users } from "@/lib/db/schema";
import type { Ports } from "../context";

export type FoundSession = {
  sessionId: string;
  lastSeenAt: Date;
  user: { id: string; name: string; email: string };
  /** Oldest membership first. */
  orgs: { id: string; slug: string; name: string; role: MemberRole; lastSeenAt: Date | null }[];
};

/** The session and its person's memberships, read each time; `null` when it is revoked, over or unknown. */
export const findSession = (
  ports: Pick<Ports, "db" | "now">,
  sessionId: string,
): Promise<FoundSession | null> =>
  readInSystem(ports.db, async (tx) => {
    const rows = await tx
      .select({
        lastSeenAt: sessions.lastSeenAt,
        user: { id: users.id, name: users.name, email: users.email },
        org: { id: orgs.id, slug: orgs.slug, name: orgs.name },
        role: orgMembers.role,
        memberSeenAt: orgMembers.lastSeenAt,
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .leftJoin(orgMembers, eq(orgMembers.userId, users.id))
      .leftJoin(orgs, eq(orgs.id, orgMembers.orgId))
      .where(
        and(
          eq(sessions.id, sessionId),
          isNull(sessions.revokedAt),
          gt(sessions.expiresAt, ports.now()),
        ),
      )
      .orderBy(orgMembers.createdAt, orgMembers.orgId)
      .prepare("find_session") // planned once a connection: each request asks this
      .execute();
    const [first] = rows;
    if (!first) return null;
    const memberships = rows.flatMap(({ org, role, memberSeenAt }) =>
      org && role ? [{ ...org, role, lastSeenAt: memberSeenAt }] : [],
    );
    const { lastSeenAt, user } = first;
    return { sessionId, lastSeenAt, user, orgs: memberships };
  });
