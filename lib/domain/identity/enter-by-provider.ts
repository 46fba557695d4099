import { and, asc, eq } from "drizzle-orm";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { accounts, orgMembers, orgs, type User, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { SignInProvider } from "@/lib/protocol/account";
import type { SignInRefusal } from "@/lib/protocol/sign-in-refusals";
import type { Ports } from "../context";
import { acceptInvitationIn } from "../invitation/accept-invitation";
import { writeAudit } from "../write-audit";
import { redeemTicketIn } from "./redeem-ticket";

/** What a provider says of the person who comes from it. */
export type ProviderProfile = {
  provider: SignInProvider["id"];
  subject: string; // unchanging
  name: string;
  /** Only an address that the provider has checked; anything else is no proof of anything. */
  verifiedEmail: string | null;
};

/** Why somebody comes: to sign in, to accept an invitation, or to connect the account to their own. */
export type Intent =
  | { kind: "sign_in" }
  | { kind: "invitation"; secret: string }
  | { kind: "connect"; ticket: string; sessionId: string | null };

export type Entry =
  | { kind: "signed_in"; user: Pick<User, "id" | "name" | "email"> }
  | { kind: "connected"; orgSlug: string }
  | { kind: "refused"; reason: SignInRefusal };

type Deps = Pick<Ports, "db" | "now">;

/**
 * Decides whom a provider's sign-in lets in. A known account signs in. An unknown one is never joined to somebody who
 * has a password or a second step: that takes the person, signed in, on their account page. Nobody gets an account
 * without an invitation.
 */
export async function enterByProvider(
  ports: Deps,
  profile: ProviderProfile,
  intent: Intent,
): Promise<Entry> {
  try {
    return await inSystem(ports.db, async (tx) => {
      if (intent.kind === "connect") return connect(tx, ports, profile, intent);
      const known = await findByAccount(tx, profile);
      if (intent.kind === "invitation") return join(tx, ports, profile, known, intent.secret);
      if (known) return { kind: "signed_in", user: known };
      return findByEmail(tx, ports, profile);
    });
  } catch (error) {
    // Only a refusal after a write is thrown, so that the transaction takes the write back.
    if (error instanceof AppError && error.code === "not_found")
      return { kind: "refused", reason: "invitation" };
    if (error instanceof AppError && error.code === "unauthenticated")
      return { kind: "refused", reason: "expired" };
    throw error;
  }
}

async function findByAccount(
  tx: DbTransaction,
  { provider, subject }: ProviderProfile,
): Promise<User | null> {
  const [row] = await tx
    .select({ user: users })
    .from(accounts)
    .innerJoin(users, eq(users.id, accounts.userId))
    .where(and(eq(accounts.provider, provider), eq(accounts.subject, subject)));
  return row?.user ?? null;
}

/** An unknown account of a known, checked address. */
async function findByEmail(
  tx: DbTransaction,
  ports: Deps,
  profile: ProviderProfile,
): Promise<Entry> {
  const { verifiedEmail } = profile;
  if (verifiedEmail === null) return { kind: "refused", reason: "unknown" };
  const [user] = await tx.select().from(users).where(eq(users.email, verifiedEmail)).for("update");
  if (!user) return { kind: "refused", reason: "unknown" };
  if (user.passwordHash !== null || user.totpEnabledAt !== null)
    return { kind: "refused", reason: "password_first" };
  await addAccount(tx, ports, profile, user.id);
  return { kind: "signed_in", user };
}

async function join(
  tx: DbTransaction,
  ports: Deps,
  profile: ProviderProfile,
  known: User | null,
  secret: string,
): Promise<Entry> {
  const user = known ?? (await newUser(tx, ports, profile));
  if ("kind" in user) return user;
  await acceptInvitationIn(tx, ports, { secret, userId: user.id, email: user.email });
  if (!known) await addAccount(tx, ports, profile, user.id);
  return { kind: "signed_in", user };
}

async function newUser(
  tx: DbTransaction,
  ports: Deps,
  { verifiedEmail, name }: ProviderProfile,
): Promise<User | Extract<Entry, { kind: "refused" }>> {
  if (verifiedEmail === null) return { kind: "refused", reason: "invitation" };
  const values = { id: newId("user"), email: verifiedEmail, name, createdAt: ports.now() };
  const [user] = await tx.insert(users).values(values).onConflictDoNothing().returning();
  return user ?? { kind: "refused", reason: "password_first" };
}

async function connect(
  tx: DbTransaction,
  ports: Deps,
  profile: ProviderProfile,
  { ticket, sessionId }: Extract<Intent, { kind: "connect" }>,
): Promise<Entry> {
  const issued = await redeemTicketIn(tx, ports.now(), { secret: ticket, purpose: "connect" });
  const { userId, orgId } = issued;
  const isSameBrowser = issued.sessionId !== null && issued.sessionId === sessionId;
  if (!isSameBrowser || issued.objectId !== profile.provider || userId === null)
    return { kind: "refused", reason: "expired" };
  const [org] = await tx
    .select({ slug: orgs.slug })
    .from(orgs)
    .where(eq(orgs.id, orgId ?? ""));
  const owner = await findByAccount(tx, profile);
  if (!org || (owner && owner.id !== userId)) return { kind: "refused", reason: "taken" };
  if (!owner) await addAccount(tx, ports, profile, userId);
  return { kind: "connected", orgSlug: org.slug };
}

/** Every organisation of the person learns that there is a new way in. */
async function addAccount(
  tx: DbTransaction,
  ports: Deps,
  { provider, subject, verifiedEmail }: ProviderProfile,
  userId: string,
): Promise<void> {
  const values = { provider, subject, userId, email: verifiedEmail ?? "", createdAt: ports.now() };
  await tx.insert(accounts).values(values);
  const memberships = await tx
    .select()
    .from(orgMembers)
    .where(eq(orgMembers.userId, userId))
    .orderBy(asc(orgMembers.orgId));
  for (const { orgId, role } of memberships) {
    const actor = { kind: "user", userId, role, sessionId: null } as const;
    await writeAudit(tx, { orgId, actor, now: ports.now }, "account.connect", userId, { provider });
  }
}
