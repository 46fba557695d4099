import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { authSecret } from "./auth-secret";
import { findCookie, sessionCookie } from "./cookies";

const SessionToken = z.object({ sid: z.string(), uid: z.string() });
export type SessionToken = z.infer<typeof SessionToken>;

/** What the session cookie says; it proves nothing until the session's row was read. */
export async function readSessionToken(headers: Headers): Promise<SessionToken | null> {
  const token = findCookie(headers.get("cookie"), sessionCookie);
  if (token === null) return null;
  try {
    const parsed = SessionToken.safeParse(await decode({ token, secret: authSecret() }));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // Another installation's cookie, a changed one, or one that is over.
  }
}

/** The cookie's value for a session, as next-auth writes it. */
export const writeSessionToken = (token: SessionToken, maxAgeSeconds: number): Promise<string> =>
  encode({ token, secret: authSecret(), maxAge: maxAgeSeconds });
