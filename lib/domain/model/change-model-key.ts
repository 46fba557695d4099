import { and, desc, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type ModelKey, modelKeys } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { ModelKeyId } from "@/lib/protocol/ids";
import { ModelKeyView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { readSpending, viewModelKey } from "./save-model-key";

const connected = (id: string) => and(eq(modelKeys.id, id), isNull(modelKeys.removedAt));

async function loadKey(tx: DbTransaction, ctx: Context, id: string): Promise<ModelKey> {
  authorize(ctx, "org.manage_models", { kind: "org", orgId: ctx.orgId });
  const [key] = await tx.select().from(modelKeys).where(connected(id)).for("update");
  if (!key) throw notFound("Model");
  return key;
}

async function setDefault(tx: DbTransaction, id: string): Promise<void> {
  await tx.update(modelKeys).set({ isDefault: false }).where(eq(modelKeys.isDefault, true));
  await tx.update(modelKeys).set({ isDefault: true }).where(eq(modelKeys.id, id));
}

export const removeModelKey = defineVerb({
  name: "model_key.remove",
  summary: "Disconnects a model and forgets its key.",
  input: z.strictObject({ modelKeyId: ModelKeyId }),
  output: z.object({}),
  action: "org.manage_models",
  rest: { method: "DELETE", path: "/model-keys/:modelKeyId" },
  run: (ctx, { modelKeyId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      const key = await loadKey(tx, ctx, modelKeyId);
      // The row stays for the usage that names it; what was secret is gone.
      const gone = { removedAt: ctx.now(), isDefault: false, secretBox: "", lastFour: "" };
      await tx.update(modelKeys).set(gone).where(eq(modelKeys.id, key.id));
      const [next] = await tx
        .select()
        .from(modelKeys)
        .where(isNull(modelKeys.removedAt))
        .orderBy(desc(modelKeys.createdAt))
        .limit(1);
      if (key.isDefault && next) await setDefault(tx, next.id);
      await writeAudit(tx, ctx, "model_key.remove", key.id);
      return {};
    }),
});

export const makeDefaultModel = defineVerb({
  name: "model_key.make_default",
  summary: "Makes a connected model the one that answers.",
  input: z.strictObject({ modelKeyId: ModelKeyId }),
  output: ModelKeyView,
  action: "org.manage_models",
  rest: { method: "POST", path: "/model-keys/:modelKeyId/default" },
  run: (ctx, { modelKeyId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      const key = await loadKey(tx, ctx, modelKeyId);
      await setDefault(tx, key.id);
      await writeAudit(tx, ctx, "model_key.make_default", key.id);
      const spending = await readSpending(tx, ctx.now());
      return viewModelKey({ ...key, isDefault: true }, spending.get(key.id) ?? 0);
    }),
});
