import { eq } from "drizzle-orm";
import { z } from "zod";
import { inSystem } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { AccountView } from "@/lib/protocol/account";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { viewAccount } from "./get-account";
import { lockUser, requireSelf } from "./open-account";

export const changeProfile = defineVerb({
  name: "account.rename",
  summary: "Changes the name that others see.",
  input: z.strictObject({ name: z.string().trim().min(1, "Tell us your name.").max(80) }),
  output: AccountView,
  action: "account.manage",
  rest: { method: "PATCH", path: "/account" },
  run(ctx, { name }) {
    const { userId } = requireSelf(ctx, "account.manage");
    return inSystem(ctx.db, async (tx) => {
      const before = await lockUser(tx, userId);
      await tx.update(users).set({ name }).where(eq(users.id, userId));
      await writeAudit(tx, ctx, "account.rename", userId, {
        before: { name: before.name },
        after: { name },
      });
      return viewAccount(tx, ctx, userId);
    });
  },
});
