import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { accounts } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { signInProviderIds } from "@/lib/protocol/account";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { issueTicket } from "./issue-ticket";
import { lockUser, requireSelf } from "./open-account";
import { proveIdentity } from "./prove-identity";

const TICKET_LIFE_MS = 10 * 60 * 1_000;
const Provider = z.enum(signInProviderIds);

export const startConnecting = defineVerb({
  name: "account.start_connecting",
  summary:
    "Makes the one-use ticket with which this browser connects an account of a sign-in provider.",
  input: z.strictObject({ provider: Provider, password: z.string().max(1_000).default("") }),
  output: z.object({ ticket: z.string() }),
  action: "account.manage",
  rest: { method: "POST", path: "/account/connections" },
  async run(ctx, { provider, password }) {
    const actor = requireSelf(ctx, "account.manage");
    if (!ctx.settings.signInProviders.some(({ id }) => id === provider))
      throw new AppError("invalid_input", "This way to sign in is not set up here.");
    await proveIdentity(ctx, actor, password);
    const ticket = await issueTicket(ctx, {
      purpose: "connect",
      userId: actor.userId,
      sessionId: actor.sessionId,
      orgId: ctx.orgId,
      objectId: provider,
      ttlMs: TICKET_LIFE_MS,
    });
    await inSystem(ctx.db, (tx) =>
      writeAudit(tx, ctx, "account.start_connecting", actor.userId, { provider }),
    );
    return { ticket };
  },
});

export const disconnectAccount = defineVerb({
  name: "account.disconnect",
  summary: "Disconnects an account of a sign-in provider; the last way in stays.",
  input: z.strictObject({ provider: Provider, subject: z.string().min(1).max(300) }),
  output: z.object({}),
  action: "account.manage",
  rest: { method: "POST", path: "/account/connections/disconnect" },
  run(ctx, { provider, subject }) {
    const { userId } = requireSelf(ctx, "account.manage");
    return inSystem(ctx.db, async (tx) => {
      const user = await lockUser(tx, userId);
      const named = and(eq(accounts.provider, provider), eq(accounts.subject, subject));
      const gone = await tx
        .delete(accounts)
        .where(and(named, eq(accounts.userId, userId)))
        .returning();
      if (gone.length === 0) return {};
      if (user.passwordHash === null && !(await hasConnection(tx, ctx, userId)))
        throw new AppError(
          "conflict",
          "This is your only way in. Set a password first, then disconnect it.",
        );
      await writeAudit(tx, ctx, "account.disconnect", userId, { provider });
      return {};
    });
  },
});

/** A connection to a provider that is no longer set up is no way in. */
async function hasConnection(
  tx: DbTransaction,
  { settings }: Pick<Context, "settings">,
  userId: string,
): Promise<boolean> {
  const rows = await tx.select().from(accounts).where(eq(accounts.userId, userId));
  return rows.some(({ provider }) => settings.signInProviders.some(({ id }) => id === provider));
}
