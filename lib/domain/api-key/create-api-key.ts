import { and, count, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { apiKeys, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { apiKeyScopes, NewApiKeyView } from "@/lib/protocol/api-keys";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { proveIdentity } from "../identity/prove-identity";
import { hashApiKey, newApiKeySecret } from "../identity/api-key-secret";
import { writeAudit } from "../write-audit";
import { viewApiKey } from "./view-api-key";

const DAY_MS = 86_400_000;
const MAX_KEYS = 100;

export const createApiKey = defineVerb({
  name: "api_key.create",
  summary:
    "Makes a key with which a program acts as you, in this organisation; its text is shown this once.",
  input: z.strictObject({
    name: z.string().trim().min(1, "Give the key a name.").max(80),
    scopes: z
      .array(z.enum(apiKeyScopes))
      .min(1, "Choose what the key may do.")
      .transform((scopes) => apiKeyScopes.filter((scope) => scopes.includes(scope))),
    expiresInDays: z.int().min(1).max(3_650).nullable().default(90), // null: never
    currentPassword: z.string().max(1_000).default(""), // empty for somebody who has none
  }),
  output: NewApiKeyView,
  action: "account.manage",
  rest: { method: "POST", path: "/api-keys" },
  async run(ctx, { name, scopes, expiresInDays, currentPassword }) {
    authorize(ctx, "account.manage", { kind: "org", orgId: ctx.orgId });
    const { actor, orgId } = ctx;
    if (actor.kind !== "user") throw new AppError("forbidden", "A key is made by a person.");
    const { userId } = actor;
    await proveIdentity(ctx, actor, currentPassword);
    const now = ctx.now();
    const secret = newApiKeySecret();
    return inOrg(ctx.db, orgId, async (tx) => {
      const [user] = await tx.select().from(users).where(eq(users.id, userId)).for("share");
      const mine = and(eq(apiKeys.userId, userId), isNull(apiKeys.revokedAt));
      const [kept] = await tx.select({ count: count() }).from(apiKeys).where(mine);
      if ((kept?.count ?? 0) >= MAX_KEYS)
        throw new AppError("conflict", `You have ${MAX_KEYS} keys. Revoke one first.`);
      const expiresAt =
        expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS);
      const [key] = await tx
        .insert(apiKeys)
        .values({
          id: newId("apiKey"),
          orgId,
          userId,
          name,
          secretHash: hashApiKey(secret),
          lastFour: secret.slice(-4),
          scopes,
          createdAt: now,
          expiresAt,
        })
        .returning();
      if (!key) throw new AppError("internal", "The key was not kept.");
      await writeAudit(tx, ctx, "api_key.create", key.id, { name, scopes, expiresInDays });
      return { ...viewApiKey(key, user?.name ?? "", now), key: secret };
    });
  },
});
