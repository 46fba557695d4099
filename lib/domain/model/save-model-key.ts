import { and, eq, isNull, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type ModelKey, modelKeys, modelUsage } from "@/lib/db/schema";
import { priceOf } from "@/lib/protocol/model-prices";
import type { ModelKeyView } from "@/lib/protocol/views";
import { newId } from "@/lib/ids";
import type { Context } from "../context";
import { actorId } from "../system-context";
import type { ModelToTest } from "./test-model";

const LAST_FOUR = 4;

type NewModelKey = ModelToTest & { label: string; monthlyCapMicroUsd: number | null };

/** Seals and stores a tested key. The organisation's first one becomes its default. */
export async function saveModelKey(
  tx: DbTransaction,
  ctx: Context,
  model: NewModelKey,
): Promise<ModelKey> {
  const id = newId("modelKey");
  const hasDefault = await tx
    .select({ id: modelKeys.id })
    .from(modelKeys)
    .where(and(eq(modelKeys.isDefault, true), isNull(modelKeys.removedAt)))
    .limit(1);
  const [key] = await tx
    .insert(modelKeys)
    .values({
      id,
      orgId: ctx.orgId,
      provider: model.provider,
      label: model.label,
      modelId: model.modelId,
      baseUrl: model.baseUrl,
      secretBox: ctx.secrets.seal(model.apiKey, id),
      lastFour: model.apiKey.length > 2 * LAST_FOUR ? model.apiKey.slice(-LAST_FOUR) : "",
      isDefault: hasDefault.length === 0,
      monthlyCapMicroUsd: model.monthlyCapMicroUsd,
      createdBy: actorId(ctx),
      createdAt: ctx.now(),
    })
    .returning();
  if (!key) throw new Error("One key was inserted.");
  return key;
}

export const viewModelKey = (key: ModelKey, spentMicroUsd: number): ModelKeyView => ({
  id: key.id,
  provider: key.provider,
  label: key.label,
  modelId: key.modelId,
  baseUrl: key.baseUrl,
  lastFour: key.lastFour,
  isDefault: key.isDefault,
  monthlyCapMicroUsd: key.monthlyCapMicroUsd,
  spentMicroUsd,
  isPriceEstimated: priceOf(key).isEstimated,
  lastError: key.lastError,
});

/** Micro-dollars spent per key since the first of this month, UTC. */
export async function readSpending(tx: DbTransaction, now: Date): Promise<Map<string, number>> {
  const since = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const rows = await tx
    .select({
      keyId: modelUsage.modelKeyId,
      spent: sql<string>`sum(${modelUsage.costMicroUsd})`,
    })
    .from(modelUsage)
    .where(sql`${modelUsage.createdAt} >= ${since.toISOString()}::timestamptz`)
    .groupBy(modelUsage.modelKeyId);
  return new Map(rows.map(({ keyId, spent }) => [keyId, Number(spent)]));
}
