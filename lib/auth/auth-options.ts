import type { NextAuthOptions, User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import type { Ports } from "@/lib/domain/context";
import { createSession } from "@/lib/domain/identity/create-session";
import { findSession } from "@/lib/domain/identity/find-session";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { verifyPassword } from "@/lib/domain/identity/verify-password";
import { readEnv } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { createLog } from "@/lib/log";
import { authSecret } from "./auth-secret";
import { clientAddressHeader } from "./client-address";
import { ownCookiePrefix, sessionCookie } from "./cookies";
import { oauthProviders } from "./oauth-providers";
import { receiveFromProvider } from "./receive-from-provider";
import { readSessionToken } from "./session-token";

const log = createLog("auth");
const SESSION_SECONDS = 30 * 24 * 60 * 60;
const hostCookie = (name: string) => ({
  name: `${ownCookiePrefix}${name}`,
  options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure: true },
});

/**
 * Signing in by e-mail and password, or at a provider. The token only names a row of `sessions`, which is read on each
 * use. Made anew for each request, whose head says who asks and why.
 */
export function authOptions(ports: Ports, headers: Headers): NextAuthOptions {
  return {
    secret: authSecret(),
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    pages: { signIn: "/login", error: "/login", signOut: "/login" },
    cookies: {
      sessionToken: { ...hostCookie(""), name: sessionCookie },
      csrfToken: hostCookie("csrf"),
      callbackUrl: hostCookie("callback"),
      pkceCodeVerifier: hostCookie("pkce"),
      state: hostCookie("state"),
      nonce: hostCookie("nonce"),
    },
    providers: [
      Credentials({
        credentials: { email: {}, password: { type: "password" }, code: {} },
        authorize: (credentials) => authorize(ports, credentials, headers),
      }),
      ...oauthProviders(readEnv()),
    ],
    callbacks: {
      signIn: ({ user, account }) =>
        account?.type === "oauth" ? receiveFromProvider(ports, headers, { user, account }) : true,
      jwt: (call) => nameSession(ports, headers, call),
      session: ({ session }) => session,
      redirect: ({ url, baseUrl }) => ownUrl(url, baseUrl),
    },
    events: {
      async signOut({ token }) {
        if (typeof token?.["sid"] === "string") await revokeSession(ports, token["sid"]);
      },
    },
    logger: {
      error: noteFailure,
      warn: (code) => log.debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

/** The operator needs to see why a provider's sign-in fails; what else fails is a visitor's doing. */
function noteFailure(code: string, what: Error | { error?: Error }): void {
  const reason = (what instanceof Error ? what : what.error)?.message ?? "";
  if (code.includes("OAUTH")) log.warn({ code, reason }, "a sign-in at a provider failed");
  else log.debug({ code, reason }, "next-auth");
}

/** After signing in a browser goes on to this origin, whatever the form asked for. */
function ownUrl(url: string, baseUrl: string): string {
  const target = URL.parse(url, baseUrl);
  return target?.origin === new URL(baseUrl).origin ? target.href : baseUrl;
}

type TokenCall = {
  token: Record<string, unknown>;
  user?: User | undefined;
  account?: { provider: string } | null;
};

async function nameSession(ports: Ports, headers: Headers, { token, user, account }: TokenCall) {
  if (user !== undefined) {
    // A browser has one session: what it had before must not live on where nobody can end it.
    const former = await readSessionToken(headers);
    if (former) await revokeSession(ports, former.sid);
    const method = account?.provider ?? "credentials";
    const sid = await createSession(ports, {
      userId: user.id,
      userAgent: headers.get("user-agent") ?? "",
      address: headers.get(clientAddressHeader) ?? "",
      method: method === "credentials" ? "password" : method,
    });
    return { uid: user.id, sid, name: user.name ?? null, email: user.email ?? null };
  }
  // Thrown here, next-auth clears the cookie: the browser learns that it is signed out.
  if ((await findSession(ports, String(token["sid"]))) === null)
    throw new AppError("unauthenticated", "This session has ended.");
  return token;
}

async function authorize(
  ports: Ports,
  credentials: Partial<Record<"email" | "password" | "code", string>> | undefined,
  headers: Headers,
): Promise<User> {
  try {
    return await verifyPassword(ports, {
      email: String(credentials?.email ?? ""),
      password: String(credentials?.password ?? ""),
      code: String(credentials?.code ?? ""),
      ip: headers.get(clientAddressHeader) ?? "unknown",
    });
  } catch (error) {
    // next-auth shows the message of what is thrown here to the person who signs in.
    if (error instanceof AppError) throw new Error(error.message, { cause: error });
    log.error({ err: error }, "sign-in failed");
    throw new Error("Signing in failed. Try again.", { cause: error });
  }
}
