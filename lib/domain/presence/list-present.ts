import { and, asc, eq, gt } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { presences, users } from "@/lib/db/schema";
import type { PresentPerson } from "@/lib/protocol/live";
import type { Context } from "../context";
import { STALE_AFTER_MS } from "./stale-after";

const MOST_PEOPLE = 100;

/** Who is in a room now, each person once whatever number of pages they have open. The caller may see the room. */
export const listPresent = (ctx: Context, workroomId: string): Promise<PresentPerson[]> =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    tx
      .selectDistinct({ id: users.id, name: users.name })
      .from(presences)
      .innerJoin(users, eq(users.id, presences.userId))
      .where(
        and(
          eq(presences.workroomId, workroomId),
          gt(presences.seenAt, new Date(ctx.now().getTime() - STALE_AFTER_MS)),
        ),
      )
      .orderBy(asc(users.name), asc(users.id))
      .limit(MOST_PEOPLE),
  );
