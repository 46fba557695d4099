import { eq } from "drizzle-orm";
import { z } from "zod";
import { inSystem } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { forgetTries } from "./count-try";
import { lockUser, requireSelf } from "./open-account";
import { proveIdentity } from "./prove-identity";
import { renewRecoveryCodesIn } from "./recovery-codes";
import { newTotpSecret, totpUri } from "./totp";
import {
  countSecondStep,
  SecondStepCode,
  secondStepTries,
  spendTotpCode,
  totpBoxContext,
} from "./spend-second-step";

const alreadyOn = () => new AppError("conflict", "Two-step sign-in is on already.");

export const startTotp = defineVerb({
  name: "account.start_totp",
  summary: "Makes the secret for an authenticator app; it counts once a code of it is confirmed.",
  input: z.strictObject({ password: z.string().max(1_000).default("") }),
  output: z.object({ secret: z.string(), uri: z.string() }),
  action: "account.manage",
  rest: { method: "POST", path: "/account/totp" },
  async run(ctx, { password }) {
    const actor = requireSelf(ctx, "account.manage");
    const { userId } = actor;
    await proveIdentity(ctx, actor, password);
    return inSystem(ctx.db, async (tx) => {
      const user = await lockUser(tx, userId);
      if (user.totpEnabledAt) throw alreadyOn();
      const secret = newTotpSecret();
      const totpBox = ctx.secrets.seal(secret, totpBoxContext(userId));
      await tx.update(users).set({ totpBox, totpLastStep: null }).where(eq(users.id, userId));
      await writeAudit(tx, ctx, "account.start_totp", userId);
      return { secret, uri: totpUri(secret, user.email) };
    });
  },
});

export const confirmTotp = defineVerb({
  name: "account.confirm_totp",
  summary: "Turns two-step sign-in on; answers the recovery codes, which are shown this once.",
  input: z.strictObject({ code: SecondStepCode }),
  output: z.object({ recoveryCodes: z.array(z.string()) }),
  action: "account.manage",
  rest: { method: "POST", path: "/account/totp/confirm" },
  async run(ctx, { code }) {
    const { userId } = requireSelf(ctx, "account.manage");
    await countSecondStep(ctx, userId);
    const confirmed = await inSystem(ctx.db, async (tx) => {
      const user = await lockUser(tx, userId);
      if (user.totpEnabledAt) throw alreadyOn();
      if (!(await spendTotpCode(tx, ctx, { user, code: code.replaceAll(/\s/g, "") })))
        throw new AppError("invalid_input", "This code is wrong. Check the time on your phone.");
      await tx.update(users).set({ totpEnabledAt: ctx.now() }).where(eq(users.id, userId));
      await writeAudit(tx, ctx, "account.confirm_totp", userId);
      return { recoveryCodes: await renewRecoveryCodesIn(tx, userId) };
    });
    await forgetTries(ctx.db, secondStepTries(userId));
    return confirmed;
  },
});
