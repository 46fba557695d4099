import { asc, eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { accounts, users } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { AccountView, type ConnectionView, type SignInProvider } from "@/lib/protocol/account";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { requireSelf } from "./open-account";
import { countRecoveryCodes } from "./recovery-codes";

export const getAccount = defineVerb({
  name: "account.get",
  summary: "Shows your own account: name, address, second step and the accounts connected to it.",
  input: z.strictObject({}),
  output: AccountView,
  action: "account.read",
  rest: { method: "GET", path: "/account" },
  run(ctx) {
    const { userId } = requireSelf(ctx, "account.read");
    return inSystem(ctx.db, (tx) => viewAccount(tx, ctx, userId));
  },
});

export async function viewAccount(
  tx: DbTransaction,
  { settings }: Pick<Context, "settings">,
  userId: string,
): Promise<AccountView> {
  const [user] = await tx.select().from(users).where(eq(users.id, userId));
  if (!user) throw notFound("Account");
  const { name, email, passwordHash, totpEnabledAt } = user;
  return {
    name,
    email,
    hasPassword: passwordHash !== null,
    totp: {
      isOn: totpEnabledAt !== null,
      recoveryCodesLeft: await countRecoveryCodes(tx, userId),
    },
    connections: await listConnections(tx, settings.signInProviders, userId),
    providers: [...settings.signInProviders],
  };
}

async function listConnections(
  tx: DbTransaction,
  providers: readonly SignInProvider[],
  userId: string,
): Promise<ConnectionView[]> {
  const rows = await tx
    .select()
    .from(accounts)
    .where(eq(accounts.userId, userId))
    .orderBy(asc(accounts.createdAt));
  return rows.map(({ provider, subject, email, createdAt }) => ({
    provider,
    label: providerLabel(providers, provider),
    subject,
    email,
    connectedAt: createdAt.toISOString(),
  }));
}

/** A provider that is no longer set up keeps its plain name. */
export const providerLabel = (providers: readonly SignInProvider[], id: string): string =>
  providers.find((provider) => provider.id === id)?.label ?? id;
