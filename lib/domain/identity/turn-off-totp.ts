import { eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { recoveryCodes, type User, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { lockUser, requireSelf } from "./open-account";
import { renewRecoveryCodesIn } from "./recovery-codes";
import { SecondStepCode, spendSecondStep } from "./spend-second-step";

/** Forgets the second step of a person: secret, last code and recovery codes. */
export async function forgetTotpIn(tx: DbTransaction, userId: string): Promise<void> {
  const off = { totpBox: null, totpEnabledAt: null, totpLastStep: null };
  await tx.update(users).set(off).where(eq(users.id, userId));
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
}

async function requireTotpOn(ctx: Context, userId: string): Promise<User> {
  const user = await inSystem(ctx.db, (tx) => lockUser(tx, userId));
  if (!user.totpEnabledAt) throw new AppError("conflict", "Two-step sign-in is off.");
  return user;
}

export const turnOffTotp = defineVerb({
  name: "account.turn_off_totp",
  summary: "Turns two-step sign-in off; takes a code of it or a recovery code.",
  input: z.strictObject({ code: SecondStepCode }),
  output: z.object({}),
  action: "account.manage",
  rest: { method: "POST", path: "/account/totp/turn-off" },
  async run(ctx, { code }) {
    const { userId } = requireSelf(ctx, "account.manage");
    await spendSecondStep(ctx, { user: await requireTotpOn(ctx, userId), code });
    return inSystem(ctx.db, async (tx) => {
      await forgetTotpIn(tx, userId);
      await writeAudit(tx, ctx, "account.turn_off_totp", userId);
      return {};
    });
  },
});

export const renewRecoveryCodes = defineVerb({
  name: "account.renew_recovery_codes",
  summary: "Makes ten new recovery codes; the earlier ones stop working.",
  input: z.strictObject({ code: SecondStepCode }),
  output: z.object({ recoveryCodes: z.array(z.string()) }),
  action: "account.manage",
  rest: { method: "POST", path: "/account/totp/recovery-codes" },
  async run(ctx, { code }) {
    const { userId } = requireSelf(ctx, "account.manage");
    await spendSecondStep(ctx, { user: await requireTotpOn(ctx, userId), code });
    return inSystem(ctx.db, async (tx) => {
      await lockUser(tx, userId);
      await writeAudit(tx, ctx, "account.renew_recovery_codes", userId);
      return { recoveryCodes: await renewRecoveryCodesIn(tx, userId) };
    });
  },
});
