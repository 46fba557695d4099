import { bigint, boolean, index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { modelProviders } from "@/lib/protocol/engine";
import { createdAt, orgId, time } from "./columns";

/** A connected model. The key is a box of SecretBox, written once and never shown again. */
export const modelKeys = pgTable(
  "model_keys",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    /** Owner of the key; null: the organisation's. */
    userId: text("user_id"),
    provider: text("provider", { enum: modelProviders }).notNull(),
    label: text("label").notNull(),
    modelId: text("model_id").notNull(),
    baseUrl: text("base_url").notNull(),
    secretBox: text("secret_box").notNull(),
    lastFour: text("last_four").notNull(),
    isDefault: boolean("is_default").notNull().default(false),
    monthlyCapMicroUsd: bigint("monthly_cap_micro_usd", { mode: "number" }),
    lastError: text("last_error"),
    createdBy: text("created_by").notNull(),
    createdAt: createdAt(),
    removedAt: time("removed_at"),
  },
  (t) => [index("model_keys_org_id_idx").on(t.orgId)],
);

/** One answered model call. `id` is `<hostId>:<n>`, so taking in an event twice adds nothing. */
export const modelUsage = pgTable(
  "model_usage",
  {
    id: text("id").primaryKey(),
    orgId: orgId(),
    turnId: text("turn_id").notNull(),
    modelKeyId: text("model_key_id").notNull(),
    inputTokens: integer("input_tokens").notNull(),
    outputTokens: integer("output_tokens").notNull(),
    costMicroUsd: bigint("cost_micro_usd", { mode: "number" }).notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    index("model_usage_org_id_created_at_idx").on(t.orgId, t.createdAt),
    index("model_usage_model_key_id_created_at_idx").on(t.modelKeyId, t.createdAt),
  ],
);
export type ModelKey = typeof modelKeys.$inferSelect;
