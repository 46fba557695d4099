import { z } from "zod";
import { attentions } from "./views";

/** One thing that happened in a room of a person: it needs them, is done, or has failed. */
export const NotificationView = z.object({
  id: z.string(),
  kind: z.enum(attentions),
  workroom: z.object({ id: z.string(), title: z.string() }),
  body: z.string(), // one plain sentence
  createdAt: z.iso.datetime(),
  isRead: z.boolean(),
});
export type NotificationView = z.infer<typeof NotificationView>;

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+={0,2}$/);

/** What a browser gives for taking push messages (Push API, `PushSubscription.toJSON()`). */
export const PushSubscriptionInput = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  p256dh: Base64Url.min(80).max(100), // an uncompressed P-256 point
  auth: Base64Url.min(20).max(30),
});
export type PushSubscriptionInput = z.infer<typeof PushSubscriptionInput>;

/** The installation's public key (RFC 8292), and the browsers of one person in one organisation. */
export const PushView = z.object({
  publicKey: z.string(),
  subscriptions: z.array(z.object({ id: z.string(), endpoint: z.string() })),
});
export type PushView = z.infer<typeof PushView>;

/** What the service worker of the dashboard gets and shows. */
export const PushPayload = z.object({
  title: z.string(),
  body: z.string(),
  path: z.string(), // below the dashboard's origin
  tag: z.string(), // a later message of the same tag replaces the earlier
});
export type PushPayload = z.infer<typeof PushPayload>;
