import { createECDH, hkdfSync } from "node:crypto";
import webPush from "web-push"; // CommonJS: Node finds no named export in it
import { AppError } from "@/lib/errors";
import type { OutboundFetch } from "@/lib/ports/outbound-fetch";
import type { PushSender } from "@/lib/ports/push-sender";

const LIFE_SECONDS = 24 * 60 * 60; // a browser that is off for longer learns of it in the page
const TIMEOUT_MS = 10_000;

type Options = {
  /** The installation's secret key, 32 bytes: the key pair is derived from it, so it is the same after each start. */
  secretKey: Buffer;
  /** Whom a push service may ask about us (RFC 8292): the dashboard's address. */
  subject: URL;
  /** The endpoint is what a browser says it is, so it is called like every address that a person names; a refused one is gone. */
  outbound: OutboundFetch;
};

export function webPushSender({ secretKey, subject, outbound }: Options): PushSender {
  const { publicKey, privateKey } = deriveKeyPair(secretKey);
  // Push services want https or mailto; an installation on one machine has neither.
  const contact = subject.protocol === "https:" ? subject.origin : "mailto:operator@localhost";
  return {
    publicKey,
    async send({ endpoint, p256dh, auth }, payload) {
      const request = webPush.generateRequestDetails(
        { endpoint, keys: { p256dh, auth } },
        JSON.stringify(payload),
        {
          TTL: LIFE_SECONDS,
          urgency: "normal",
          vapidDetails: { subject: contact, publicKey, privateKey },
        },
      );
      const asked = { method: "POST", headers: textHeaders(request.headers) } as const;
      const call = { ...asked, body: request.body, timeoutMs: TIMEOUT_MS };
      const { status } = await outbound(new URL(endpoint), call).catch((error: unknown) => {
        if (error instanceof AppError && error.code === "invalid_input") return { status: 410 };
        throw error;
      });
      if (status === 404 || status === 410) return "gone"; // RFC 8030, section 7.3
      if (status >= 200 && status < 300) return "sent";
      // Refused for good, as by a service for another key: asking again changes nothing.
      if (status >= 400 && status < 500 && status !== 429) return "gone";
      throw new AppError("unavailable", `The push service answered ${status}.`);
    },
  };
}

const textHeaders = (headers: object) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** A P-256 key pair out of a secret; another one than any other use of the secret has. */
function deriveKeyPair(secretKey: Buffer): { publicKey: string; privateKey: string } {
  const ecdh = createECDH("prime256v1");
  const scalar = Buffer.from(hkdfSync("sha256", secretKey, "workroom", "web push key pair", 32));
  ecdh.setPrivateKey(scalar); // fails for one secret in 2^32 or so only: then for good, at the start
  return {
    publicKey: ecdh.getPublicKey().toString("base64url"),
    privateKey: scalar.toString("base64url"),
  };
}
