import { and, eq, isNotNull } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { sharedWith, workroomObject } from "@/lib/domain/workroom/load-workroom";

/** Whose a room was that has been deleted; null for one that still is, or that never was in this organisation. */
export const findRemovedWorkroom = (ctx: Context, workroomId: string) =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [row] = await tx
      .select({
        orgId: workrooms.orgId,
        createdBy: workrooms.createdBy,
        openness: workrooms.openness,
        shared: sharedWith(ctx),
      })
      .from(workrooms)
      .where(and(eq(workrooms.id, workroomId), isNotNull(workrooms.deletedAt)));
    return row ? workroomObject(row, row.shared) : null;
  });
