import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { apiKeys } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { ApiKeyId } from "@/lib/protocol/ids";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { writeAudit } from "../write-audit";

export const revokeApiKey = defineVerb({
  name: "api_key.revoke",
  summary: "Revokes an API key: yours, or as an admin any of the organisation. It ends at once.",
  input: z.strictObject({ apiKeyId: ApiKeyId }),
  output: z.object({}),
  action: "account.manage",
  rest: { method: "DELETE", path: "/api-keys/:apiKeyId" },
  async run(ctx, { apiKeyId }) {
    const org = { kind: "org", orgId: ctx.orgId } as const;
    authorize(ctx, "account.manage", org);
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const live = and(eq(apiKeys.id, apiKeyId), isNull(apiKeys.revokedAt));
      const [key] = await tx.select().from(apiKeys).where(live).for("update");
      if (!key) throw notFound("API key");
      if (key.userId !== actorId(ctx)) hideFrom(() => authorize(ctx, "org.manage_members", org));
      await tx.update(apiKeys).set({ revokedAt: ctx.now() }).where(live);
      const detail = { name: key.name, userId: key.userId };
      await writeAudit(tx, ctx, "api_key.revoke", apiKeyId, detail);
      return {};
    });
  },
});

/** Whoever may not see a colleague's key is not told that there is one. */
function hideFrom(check: () => void): void {
  try {
    check();
  } catch (cause) {
    throw cause instanceof AppError && cause.code === "forbidden" ? notFound("API key") : cause;
  }
}
