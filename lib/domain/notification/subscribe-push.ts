import { and, count, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { pushSubscriptions } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { PushSubscriptionId } from "@/lib/protocol/ids";
import { PushSubscriptionInput, PushView } from "@/lib/protocol/notifications";
import { defineVerb } from "../define-verb";
import { requireSelf } from "../identity/open-account";
import { writeAudit } from "../write-audit";

const MAX_BROWSERS = 20;

export const getPush = defineVerb({
  name: "push.get",
  summary:
    "Gives the key that a browser needs to take push messages, and which browsers of yours do.",
  input: z.strictObject({}),
  output: PushView,
  action: "account.read",
  rest: { method: "GET", path: "/push" },
  async run(ctx) {
    const { userId } = requireSelf(ctx, "account.read");
    const mine = and(eq(pushSubscriptions.orgId, ctx.orgId), eq(pushSubscriptions.userId, userId));
    const subscriptions = await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx
        .select({ id: pushSubscriptions.id, endpoint: pushSubscriptions.endpoint })
        .from(pushSubscriptions)
        .where(mine),
    );
    return { publicKey: ctx.push.publicKey, subscriptions };
  },
});

export const subscribePush = defineVerb({
  name: "push.subscribe",
  summary: "Has this browser told, while its page is closed, what happens in your workrooms.",
  input: z.strictObject(PushSubscriptionInput.shape),
  output: z.object({ id: z.string() }),
  action: "account.manage",
  rest: { method: "POST", path: "/push/subscriptions" },
  run(ctx, { endpoint, p256dh, auth }) {
    const { userId, sessionId } = requireSelf(ctx, "account.manage");
    if (sessionId === null) throw new AppError("forbidden", "Only a browser takes push messages.");
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const [have] = await tx
        .select({ size: count() })
        .from(pushSubscriptions)
        .where(and(eq(pushSubscriptions.orgId, ctx.orgId), eq(pushSubscriptions.userId, userId)));
      if ((have?.size ?? 0) >= MAX_BROWSERS)
        throw new AppError("limit_exceeded", "Too many browsers of yours take messages already.");
      const values = { userId, sessionId, p256dh, auth };
      const [row] = await tx
        .insert(pushSubscriptions)
        .values({ id: newId("pushSubscription"), orgId: ctx.orgId, endpoint, ...values })
        // The same browser, with somebody else signed in or a new key: it is one browser still.
        .onConflictDoUpdate({
          target: [pushSubscriptions.orgId, pushSubscriptions.endpoint],
          set: values,
        })
        .returning();
      if (!row) throw new Error("An upsert gives its row.");
      await writeAudit(tx, ctx, "push.subscribe", row.id);
      return { id: row.id };
    });
  },
});

export const unsubscribePush = defineVerb({
  name: "push.unsubscribe",
  summary: "Sends a browser of yours no more messages.",
  input: z.strictObject({ pushSubscriptionId: PushSubscriptionId }),
  output: z.object({}),
  action: "account.manage",
  rest: { method: "DELETE", path: "/push/subscriptions/:pushSubscriptionId" },
  run(ctx, { pushSubscriptionId }) {
    const { userId } = requireSelf(ctx, "account.manage");
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const own = and(
        eq(pushSubscriptions.id, pushSubscriptionId),
        eq(pushSubscriptions.userId, userId),
      );
      const removed = await tx.delete(pushSubscriptions).where(own).returning();
      if (removed.length === 0) throw notFound("Subscription");
      await writeAudit(tx, ctx, "push.unsubscribe", pushSubscriptionId);
      return {};
    });
  },
});
