import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { ModelProvider } from "@/lib/protocol/engine";
import { ModelKeyView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { detectedModel } from "./connect-detected-model";
import { providerDefaults } from "./model-defaults";
import { isFirstOrg } from "../org/is-first-org";
import { saveModelKey, viewModelKey } from "./save-model-key";
import { type ModelToTest, testModel } from "./test-model";

const Input = z.strictObject({
  provider: ModelProvider,
  label: z.string().trim().max(80).default(""),
  modelId: z.string().trim().min(1, "Name the model.").max(200),
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
  apiKey: z.string().trim().max(500).optional(),
  detectedId: z.string().max(100).optional(),
  monthlyCapMicroUsd: z.number().int().positive().nullable().default(null),
});

export const connectModelKey = defineVerb({
  name: "model_key.connect",
  summary: "Connects a model; its key is tested before it is saved and is never shown again.",
  input: Input,
  output: ModelKeyView,
  action: "org.manage_models",
  rest: { method: "POST", path: "/model-keys" },
  async run(ctx, input) {
    authorize(ctx, "org.manage_models", { kind: "org", orgId: ctx.orgId });
    // To other organisations, a model of the machine is one that is not there.
    const isHidden = input.detectedId !== undefined && !(await isFirstOrg(ctx));
    if (isHidden) throw new AppError("not_found", "This model is not on this machine any more.");
    const { label, ...model } = modelOf(ctx, input);
    await testModel(ctx, model);
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { monthlyCapMicroUsd } = input;
      const key = await saveModelKey(tx, ctx, { ...model, label, monthlyCapMicroUsd });
      const { provider, modelId, baseUrl } = model;
      await writeAudit(tx, ctx, "model_key.connect", key.id, { provider, modelId, baseUrl });
      return viewModelKey(key, 0);
    });
  },
});

function modelOf(ctx: Context, input: z.output<typeof Input>): ModelToTest & { label: string } {
  const { provider, modelId, detectedId } = input;
  if (detectedId) {
    const found = detectedModel(ctx, detectedId, modelId);
    return { ...found, label: input.label || found.label };
  }
  const apiKey = input.apiKey ?? "";
  if (provider === "openai-compatible") {
    if (!input.baseUrl) throw new AppError("invalid_input", "Give the server's address.");
    const label = input.label || new URL(input.baseUrl).host;
    return { provider, modelId, apiKey, label, baseUrl: withoutSlash(input.baseUrl) };
  }
  if (apiKey === "") throw new AppError("invalid_input", "Give the provider's key.");
  const known = providerDefaults[provider];
  const baseUrl = withoutSlash(input.baseUrl ?? known.baseUrl);
  return { provider, modelId, apiKey, baseUrl, label: input.label || known.label };
}

const withoutSlash = (url: string) => url.replace(/\/+$/, "");
