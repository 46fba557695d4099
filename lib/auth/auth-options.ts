import type { NextAuthOptions, User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import type { Ports } from "@/lib/domain/context";
import { createSession } from "@/lib/domain/identity/create-session";
import { findSession } from "@/lib/domain/identity/find-session";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { verifyPassword } from "@/lib/domain/identity/verify-password";
import { AppError } from "@/lib/errors";
import { createLog } from "@/lib/log";
import { authSecret } from "./auth-secret";
import { clientAddressHeader } from "./client-address";
import { ownCookiePrefix, sessionCookie } from "./cookies";

const log = createLog("auth");
const SESSION_SECONDS = 30 * 24 * 60 * 60;
const hostCookie = (name: string) => ({
  name,
  options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure: true },
});

type NewUser = User & { userAgent?: string };

/** Signing in by e-mail and password. The token only names a row of `sessions`, which is read on each use. */
export function authOptions(ports: Ports): NextAuthOptions {
  return {
    secret: authSecret(),
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/login", error: "/login", signOut: "/login" },
    cookies: {
      sessionToken: hostCookie(sessionCookie),
      csrfToken: hostCookie(`${ownCookiePrefix}csrf`),
      callbackUrl: hostCookie(`${ownCookiePrefix}callback`),
    },
    providers: [
      Credentials({
        credentials: { email: {}, password: { type: "password" } },
        authorize: (credentials, request) => authorize(ports, credentials, request.headers ?? {}),
      }),
    ],
    callbacks: { jwt: (call) => nameSession(ports, call), session: ({ session }) => session },
    events: {
      async signOut({ token }) {
        if (typeof token?.["sid"] === "string") await revokeSession(ports, token["sid"]);
      },
    },
    logger: {
      error: (code) => log.debug({ code }, "next-auth"),
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

type TokenCall = { token: Record<string, unknown>; user?: User | undefined };

async function nameSession(ports: Ports, { token, user }: TokenCall) {
  if (user !== undefined) {
    const userAgent = (user as NewUser).userAgent ?? "";
    const sid = await createSession(ports, { userId: user.id, userAgent });
    return { uid: user.id, sid, name: user.name ?? null, email: user.email ?? null };
  }
  // Thrown here, next-auth clears the cookie: the browser learns that it is signed out.
  if ((await findSession(ports, String(token["sid"]))) === null)
    throw new AppError("unauthenticated", "This session has ended.");
  return token;
}

async function authorize(
  ports: Ports,
  credentials: Record<"email" | "password", string> | undefined,
  headers: Record<string, string | undefined>,
): Promise<NewUser> {
  try {
    const user = await verifyPassword(ports, {
      email: String(credentials?.email ?? ""),
      password: String(credentials?.password ?? ""),
      ip: headers[clientAddressHeader] ?? "unknown",
    });
    return { ...user, userAgent: (headers["user-agent"] ?? "").slice(0, 300) };
  } catch (error) {
    // next-auth shows the message of what is thrown here to the person who signs in.
    if (error instanceof AppError) throw new Error(error.message, { cause: error });
    log.error({ err: error }, "sign-in failed");
    throw new Error("Signing in failed. Try again.", { cause: error });
  }
}
