import { asc, isNull } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { modelKeys } from "@/lib/db/schema";
import { DetectedModel, ModelKeyView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { detectModels } from "./detect-models";
import { LOCAL_MODEL_URL } from "./model-defaults";
import { isFirstOrg } from "../org/is-first-org";
import { readSpending, viewModelKey } from "./save-model-key";

export const listModelKeys = defineVerb({
  name: "model_key.list",
  summary: "Lists the connected models and those found on this machine.",
  input: z.strictObject({}),
  output: z.object({ keys: z.array(ModelKeyView), detected: z.array(DetectedModel) }),
  action: "org.read",
  rest: { method: "GET", path: "/model-keys" },
  async run(ctx) {
    authorize(ctx, "org.read", { kind: "org", orgId: ctx.orgId });
    const keys = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const connected = isNull(modelKeys.removedAt);
      const rows = await tx
        .select()
        .from(modelKeys)
        .where(connected)
        .orderBy(asc(modelKeys.createdAt));
      const spending = await readSpending(tx, ctx.now());
      return rows.map((key) => viewModelKey(key, spending.get(key.id) ?? 0));
    });
    const isConnected = (provider: string, url: string | null) =>
      keys.some((key) => key.provider === provider && (url === null || key.baseUrl === url));
    const found = (await isFirstOrg(ctx)) ? await detectModels(ctx) : [];
    const detected = found.filter(
      ({ provider }) =>
        !isConnected(provider, provider === "openai-compatible" ? LOCAL_MODEL_URL : null),
    );
    return { keys, detected };
  },
});
