import type { Intent } from "@/lib/domain/identity/enter-by-provider";
import { findCookie, ownCookiePrefix } from "./cookies";

/** Why a browser went to a provider, kept until it comes back. Its value is a one-use secret, so it needs no seal. */
const intentCookie = `${ownCookiePrefix}intent`;
const LIFE_SECONDS = 15 * 60;
const wellFormed = /^(invitation|connect)\.[\w-]{16,100}$/;

/** The Set-Cookie line of a new intent; a wrong or empty one clears what an earlier try left. */
export function writeIntent(asked: string): string {
  const isKept = wellFormed.test(asked);
  const value = isKept ? asked : "";
  const age = isKept ? LIFE_SECONDS : 0;
  return `${intentCookie}=${value}; Path=/; Max-Age=${age}; HttpOnly; Secure; SameSite=Lax`;
}

export function readIntent(headers: Headers, sessionId: string | null): Intent {
  const value = findCookie(headers.get("cookie"), intentCookie) ?? "";
  if (!wellFormed.test(value)) return { kind: "sign_in" };
  const [kind, secret = ""] = value.split(".", 2);
  return kind === "invitation"
    ? { kind: "invitation", secret }
    : { kind: "connect", ticket: secret, sessionId };
}
