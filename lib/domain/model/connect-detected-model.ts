import { inOrg } from "@/lib/db/client";
import type { ModelKey } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Context } from "../context";
import { writeAudit } from "../write-audit";
import {
  hostedProviders,
  LOCAL_MODEL_ID,
  LOCAL_MODEL_URL,
  providerDefaults,
} from "./model-defaults";
import { saveModelKey } from "./save-model-key";
import type { ModelToTest } from "./test-model";

/** Connects a model that was found on this machine; the caller has tested it. */
export async function connectDetectedModel(
  ctx: Context,
  { detectedId, modelId }: { detectedId: string; modelId: string },
): Promise<ModelKey> {
  const { label, ...model } = detectedModel(ctx, detectedId, modelId);
  return inOrg(ctx.db, ctx.orgId, async (tx) => {
    const key = await saveModelKey(tx, ctx, { ...model, label, monthlyCapMicroUsd: null });
    await writeAudit(tx, ctx, "model_key.connect", key.id, { detectedId, modelId });
    return key;
  });
}

/** @throws AppError `not_found` when nothing of this id is on the machine */
export function detectedModel(
  { settings }: Pick<Context, "settings">,
  detectedId: string,
  modelId: string,
): ModelToTest & { label: string } {
  if (detectedId === LOCAL_MODEL_ID) {
    const local = { provider: "openai-compatible", baseUrl: LOCAL_MODEL_URL } as const;
    return { ...local, modelId, apiKey: "", label: "Local model" };
  }
  for (const provider of hostedProviders) {
    const { variable, baseUrl, label } = providerDefaults[provider];
    const apiKey = settings.environmentKeys[variable];
    if (detectedId === `env:${variable}` && apiKey)
      return { provider, baseUrl, modelId, apiKey, label };
  }
  throw new AppError("not_found", "This model is not on this machine any more.");
}
