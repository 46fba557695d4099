import type { Account, User } from "next-auth";
import type { Ports } from "@/lib/domain/context";
import { enterByProvider } from "@/lib/domain/identity/enter-by-provider";
import { findSession } from "@/lib/domain/identity/find-session";
import { SignInProvider } from "@/lib/protocol/account";
import { readIntent } from "./intent";
import { readSessionToken } from "./session-token";

/**
 * next-auth has checked the provider's answer; here it is decided whom that lets in. Answers `true`, or the path to go
 * to without a new session.
 */
export async function receiveFromProvider(
  ports: Ports,
  headers: Headers,
  { user, account }: { user: User; account: Account },
): Promise<true | string> {
  const token = await readSessionToken(headers);
  const session = token ? await findSession(ports, token.sid) : null;
  const entry = await enterByProvider(
    ports,
    {
      provider: SignInProvider.shape.id.parse(account.provider),
      subject: account.providerAccountId,
      name: user.name ?? "",
      verifiedEmail: user.email ?? null,
    },
    readIntent(headers, session?.sessionId ?? null),
  );
  if (entry.kind === "refused") return `/login?error=${entry.reason}`;
  if (entry.kind === "connected") return `/${entry.orgSlug}/settings/account`;
  // next-auth gives this very object to the callback that makes the session; so far it held the provider's name of them.
  Object.assign(user, { id: entry.user.id, name: entry.user.name, email: entry.user.email });
  return true;
}
