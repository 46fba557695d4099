import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { DetectedModel, ModelKeyView } from "@/lib/protocol/views";

export const modelKeysQuery = () =>
  queryOptions({
    queryKey: ["model-keys"] as const,
    queryFn: ({ signal }) =>
      api<{ keys: ModelKeyView[]; detected: DetectedModel[] }>("/model-keys", { signal }),
  });

export type NewModelKey = {
  provider: ModelKeyView["provider"];
  label: string;
  modelId: string;
  baseUrl?: string;
  apiKey?: string;
  detectedId?: string;
  monthlyCapMicroUsd?: number;
};

/** Tried against the provider before it is saved, so it may take a while. */
export const addModelKey = (body: NewModelKey) =>
  api<ModelKeyView>("/model-keys", { method: "POST", body, timeoutMs: 60_000 });

export const removeModelKey = (modelKeyId: string) =>
  api<unknown>(`/model-keys/${modelKeyId}`, { method: "DELETE" });

export const makeDefaultModelKey = (modelKeyId: string) =>
  api<ModelKeyView>(`/model-keys/${modelKeyId}/default`, { method: "POST" });
