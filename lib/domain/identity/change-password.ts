import { eq } from "drizzle-orm";
import { z } from "zod";
import { inSystem } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { AccountView } from "@/lib/protocol/account";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { endSessionsIn } from "./end-session";
import { viewAccount } from "./get-account";
import { lockUser, requireSelf } from "./open-account";
import { hashPassword, Password } from "./password";
import { proveIdentity } from "./prove-identity";

export const changePassword = defineVerb({
  name: "account.change_password",
  summary: "Sets a new password and signs you out everywhere else.",
  input: z.strictObject({
    currentPassword: z.string().max(1_000).default(""), // empty for somebody who has none yet
    password: Password,
  }),
  output: AccountView,
  action: "account.manage",
  rest: { method: "PUT", path: "/account/password" },
  async run(ctx, { currentPassword, password }) {
    const actor = requireSelf(ctx, "account.manage");
    const { userId, sessionId } = actor;
    await proveIdentity(ctx, actor, currentPassword);
    const passwordHash = await hashPassword(password);
    return inSystem(ctx.db, async (tx) => {
      await lockUser(tx, userId);
      await tx.update(users).set({ passwordHash }).where(eq(users.id, userId));
      await endSessionsIn(tx, ctx.now(), { userId, except: sessionId });
      await writeAudit(tx, ctx, "account.change_password", userId);
      return viewAccount(tx, ctx, userId);
    });
  },
});
