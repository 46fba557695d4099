import { and, eq, isNull } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { notifications, orgs, pushSubscriptions, workrooms } from "@/lib/db/schema";
import type { PushPayload } from "@/lib/protocol/notifications";
import type { Context } from "../context";
import { isSessionLive } from "../identity/is-session-live";
import { isReachedBy } from "../workroom/load-workroom";

/**
 * Job: sends one notification to one browser. Sent twice, it still shows once: its tag is the room's. A browser that is
 * signed out, or that its push service no longer knows, is forgotten; what was read in the meantime is not sent, nor what
 * happened in a room that its person reaches no more.
 */
export async function sendPush(
  ctx: Context,
  { notificationId, subscriptionId }: { notificationId: string; subscriptionId: string },
): Promise<void> {
  const found = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [target] = await tx
      .select()
      .from(pushSubscriptions)
      .where(eq(pushSubscriptions.id, subscriptionId));
    if (!target) return null;
    const [row] = await tx
      .select({ notification: notifications, room: workrooms, orgSlug: orgs.slug })
      .from(notifications)
      .innerJoin(workrooms, eq(workrooms.id, notifications.workroomId))
      .innerJoin(orgs, eq(orgs.id, notifications.orgId))
      .where(
        and(
          eq(notifications.id, notificationId),
          eq(notifications.userId, target.userId),
          isNull(notifications.readAt),
          isNull(workrooms.deletedAt),
          isReachedBy(target.userId),
        ),
      );
    return row ? { ...row, target } : null;
  });
  if (!found) return;
  const { target, notification, room, orgSlug } = found;
  const payload: PushPayload = {
    title: room.title,
    body: notification.body,
    path: `/${orgSlug}/workrooms/${room.id}`,
    tag: room.id,
  };
  const isGone =
    !(await isSessionLive(ctx, target)) || (await ctx.push.send(target, payload)) === "gone";
  if (!isGone) return;
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.delete(pushSubscriptions).where(eq(pushSubscriptions.id, subscriptionId)),
  );
}
