import type { PushPayload } from "@/lib/protocol/notifications";

export type PushTarget = { endpoint: string; p256dh: string; auth: string };

/** Sends messages to browsers by their push services (RFC 8030), encrypted for the browser alone (RFC 8291). */
export interface PushSender {
  /** The public key of this installation (RFC 8292), base64url: a browser subscribes for it. */
  readonly publicKey: string;
  /**
   * `gone`: the browser takes no more messages, so the subscription can be forgotten.
   *
   * @throws AppError `unavailable` when the push service can't be reached or is busy; trying again later may work
   */
  send(target: PushTarget, payload: PushPayload): Promise<"sent" | "gone">;
}
