import { and, eq, gt, isNull } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { sessions } from "@/lib/db/schema";
import type { Ports } from "../context";

/** Whether a browser is still signed in as this person. */
export const isSessionLive = (
  ports: Pick<Ports, "db" | "now">,
  { sessionId, userId }: { sessionId: string; userId: string },
): Promise<boolean> =>
  inSystem(ports.db, async (tx) => {
    const live = and(
      eq(sessions.id, sessionId),
      eq(sessions.userId, userId),
      isNull(sessions.revokedAt),
      gt(sessions.expiresAt, ports.now()),
    );
    return (await tx.select({ id: sessions.id }).from(sessions).where(live)).length > 0;
  });
