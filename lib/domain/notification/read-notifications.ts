import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { notifications } from "@/lib/db/schema";
import { WorkroomId } from "@/lib/protocol/ids";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { requireSelf } from "../identity/open-account";
import { writeAudit } from "../write-audit";
import { countUnread } from "./list-notifications";

export const readNotifications = defineVerb({
  name: "notification.read",
  summary: "Marks your notifications as read: those of one workroom, or all.",
  input: z.strictObject({ workroomId: WorkroomId.optional() }),
  output: z.object({ unreadCount: z.number().int() }),
  action: "account.manage",
  rest: { method: "POST", path: "/notifications/read" },
  run(ctx, { workroomId }) {
    const { userId } = requireSelf(ctx, "account.manage");
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const read = await markNotificationsRead(tx, ctx, userId, workroomId);
      if (read > 0) await writeAudit(tx, ctx, "notification.read", workroomId ?? null, { read });
      return { unreadCount: await countUnread(tx, ctx, userId) };
    });
  },
});

/** @returns how many were unread */
export async function markNotificationsRead(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "now">,
  userId: string,
  workroomId?: string,
): Promise<number> {
  const unread = and(
    eq(notifications.orgId, ctx.orgId),
    eq(notifications.userId, userId),
    isNull(notifications.readAt),
    workroomId === undefined ? undefined : eq(notifications.workroomId, workroomId),
  );
  const rows = await tx.update(notifications).set({ readAt: ctx.now() }).where(unread).returning();
  return rows.length;
}
