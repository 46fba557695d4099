import { api } from "@/lib/client/api";

/** A refusal of the browser or its push service, in plain words. */
export class PushError extends Error {
  override readonly name = "PushError";
}

const WORKER = "/push-worker.js";

export type PushState =
  | { state: "unsupported" } // this browser has no push messages
  | { state: "denied" } // its person has forbidden them
  | { state: "off" }
  | { state: "on"; endpoint: string };

const isSupported = () =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

async function findSubscription(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration(WORKER);
  return (await registration?.pushManager.getSubscription()) ?? null;
}

/** Whether this browser takes push messages now. */
export async function readPushState(): Promise<PushState> {
  if (!isSupported()) return { state: "unsupported" };
  if (Notification.permission === "denied") return { state: "denied" };
  const subscription = await findSubscription();
  return subscription ? { state: "on", endpoint: subscription.endpoint } : { state: "off" };
}

/**
 * Asks the person, subscribes this browser and tells the product; then shows one message, as a proof that it works.
 *
 * @throws PushError when the browser or its push service refuses
 */
export async function turnPushOn(): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted")
    throw new PushError("The browser was not allowed to show messages.");
  const { publicKey } = await api<{ publicKey: string }>("/push");
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
  try {
    await api("/push/subscriptions", {
      method: "POST",
      body: { endpoint: subscription.endpoint, p256dh: keys?.["p256dh"], auth: keys?.["auth"] },
    });
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  await registration.showNotification("Workroom", {
    body: "This is how you are told when something needs you.",
    tag: "proof",
  });
}

/** This browser takes no more messages; the product forgets it when its push service says that it is gone. */
export async function turnPushOff(): Promise<void> {
  await (await findSubscription())?.unsubscribe();
}
