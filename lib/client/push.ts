import { api } from "@/lib/client/api";
import type { PushView } from "@/lib/protocol/notifications";

/** A refusal of the browser or its push service, in plain words. */
export class PushError extends Error {
  override readonly name = "PushError";
}

const WORKER = "/push-worker.js";

export type PushState =
  | { state: "unsupported" } // this browser has no push messages
  | { state: "denied" } // its person has forbidden them
  | { state: "off" }
  | { state: "on"; subscriptionId: string };

const isSupported = () =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function findSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

const readPush = () => api<PushView>("/push");

/** Whether this browser takes push messages of this organisation now; another one may use the same subscription. */
export async function readPushState(): Promise<PushState> {
  if (!isSupported()) return { state: "unsupported" };
  if (Notification.permission === "denied") return { state: "denied" };
  const subscription = await findSubscription();
  if (!subscription) return { state: "off" };
  const { subscriptions } = await readPush();
  const known = subscriptions.find(({ endpoint }) => endpoint === subscription.endpoint);
  return known ? { state: "on", subscriptionId: known.id } : { state: "off" };
}

/**
 * Asks the person, subscribes this browser and tells the product; then shows one message, as a proof that it works.
 *
 * @throws PushError when the browser or its push service refuses
 */
export async function turnPushOn(): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted")
    throw new PushError("The browser was not allowed to show messages.");
  const { publicKey } = await readPush();
  const registration = await navigator.serviceWorker.register(WORKER);
  await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager
    .subscribe({ userVisibleOnly: true, applicationServerKey: publicKey })
    .catch((cause: unknown) => {
      throw new PushError("The push service of this browser can't be reached. Try again later.", {
        cause,
      });
    });
  const { keys } = subscription.toJSON();
  await api("/push/subscriptions", {
    method: "POST",
    body: { endpoint: subscription.endpoint, p256dh: keys?.["p256dh"], auth: keys?.["auth"] },
  });
  await registration.showNotification("Workroom", {
    body: "This is how you are told when something needs you.",
    tag: "proof",
  });
}

/** This browser gets no more messages of this organisation; those of others still come. */
export const turnPushOff = (subscriptionId: string) =>
  api<unknown>(`/push/subscriptions/${subscriptionId}`, { method: "DELETE" });
