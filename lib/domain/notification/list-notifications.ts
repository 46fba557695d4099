import { and, count, desc, eq, isNull, lt, or, sql } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { notifications, workrooms } from "@/lib/db/schema";
import { NotificationView } from "@/lib/protocol/notifications";
import type { Context } from "../context";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { requireSelf } from "../identity/open-account";
import { isReachedBy } from "../workroom/load-workroom";

const cursors = defineCursor("notifications", z.tuple([z.string(), z.string()]));

export const listNotifications = defineVerb({
  name: "notification.list",
  summary: "Lists what happened in your workrooms while you were not there, newest first.",
  input: z.strictObject(pageInput({ max: 100, usual: 30 })),
  output: z.object({
    notifications: z.array(NotificationView),
    unreadCount: z.number().int(),
    nextCursor: NextCursor,
  }),
  action: "account.read",
  rest: { method: "GET", path: "/notifications" },
  run(ctx, { cursor, limit }) {
    const { userId } = requireSelf(ctx, "account.read");
    const after = cursors.read(cursor);
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const at = sql<string>`${notifications.createdAt}::text`;
      const rows = await tx
        .select({ row: notifications, title: workrooms.title, at })
        .from(notifications)
        .innerJoin(workrooms, eq(workrooms.id, notifications.workroomId))
        .where(
          and(
            isTold(ctx, userId),
            after === null
              ? undefined
              : or(
                  lt(notifications.createdAt, sql`${after[0]}::timestamptz`),
                  and(
                    eq(notifications.createdAt, sql`${after[0]}::timestamptz`),
                    lt(notifications.id, after[1]),
                  ),
                ),
          ),
        )
        .orderBy(desc(notifications.createdAt), desc(notifications.id))
        .limit(limit + 1);
      const { page, nextCursor } = cutPage(rows, limit, (last) =>
        cursors.write([last.at, last.row.id]),
      );
      const views = page.map(({ row, title }) => ({
        id: row.id,
        kind: row.kind,
        workroom: { id: row.workroomId, title },
        body: row.body,
        createdAt: row.createdAt.toISOString(),
        isRead: row.readAt !== null,
      }));
      return { notifications: views, unreadCount: await countUnread(tx, ctx, userId), nextCursor };
    });
  },
});

/** News of a room that somebody reaches no more, and its name of today, are not theirs any more. */
const isTold = (ctx: Pick<Context, "orgId">, userId: string) =>
  and(
    eq(notifications.orgId, ctx.orgId),
    eq(notifications.userId, userId),
    isNull(workrooms.deletedAt),
    isReachedBy(userId),
  );

export async function countUnread(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId">,
  userId: string,
): Promise<number> {
  const [row] = await tx
    .select({ size: count() })
    .from(notifications)
    .innerJoin(workrooms, eq(workrooms.id, notifications.workroomId))
    .where(and(isTold(ctx, userId), isNull(notifications.readAt)));
  return row?.size ?? 0;
}
