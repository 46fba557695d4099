import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { DetectedModel } from "@/lib/protocol/views";

export type SetupOffer = { isValid: boolean; detected: DetectedModel[] };

export const setupQuery = (token: string) =>
  queryOptions({
    queryKey: ["setup", token] as const,
    queryFn: ({ signal }) => api<SetupOffer>("/api/setup", { query: { token }, signal }),
    staleTime: Infinity,
  });

type NewInstallation = {
  token: string;
  orgName: string;
  name: string;
  email: string;
  password: string;
  model?: { detectedId: string; modelId: string };
};

export const completeSetup = (body: NewInstallation) =>
  api<{ orgSlug: string; email: string }>("/api/setup", {
    method: "POST",
    body,
    timeoutMs: 60_000,
  });
