import { z } from "zod";
import type { DetectedModel } from "@/lib/protocol/views";
import type { Ports } from "../context";
import {
  hostedProviders,
  LOCAL_MODEL_ID,
  LOCAL_MODEL_URL,
  providerDefaults,
} from "./model-defaults";

const LOCAL_TIMEOUT_MS = 800;
const MAX_MODELS = 50;
const ModelList = z.object({ data: z.array(z.object({ id: z.string().max(200) })) });

/** Models found on this machine: keys in the operator's environment and a local server. Never their keys. */
export async function detectModels(
  ports: Pick<Ports, "settings" | "outbound">,
): Promise<DetectedModel[]> {
  const found: DetectedModel[] = hostedProviders
    .filter((provider) => ports.settings.environmentKeys[providerDefaults[provider].variable])
    .map((provider) => ({
      id: `env:${providerDefaults[provider].variable}`,
      provider,
      label: `Found ${providerDefaults[provider].variable}`,
      modelIds: providerDefaults[provider].modelIds,
    }));
  const local = await detectLocal(ports);
  return local ? [...found, local] : found;
}

async function detectLocal({ outbound }: Pick<Ports, "outbound">): Promise<DetectedModel | null> {
  try {
    const answer = await outbound(new URL(`${LOCAL_MODEL_URL}/models`), {
      method: "GET",
      headers: {},
      timeoutMs: LOCAL_TIMEOUT_MS,
    });
    const modelIds = ModelList.parse(JSON.parse(answer.text))
      .data.map((model) => model.id)
      .slice(0, MAX_MODELS);
    if (modelIds.length === 0) return null;
    const label = "Found a local model on :11434";
    return { id: LOCAL_MODEL_ID, provider: "openai-compatible", label, modelIds };
  } catch {
    return null; // Nothing listens there, or it is something else.
  }
}
