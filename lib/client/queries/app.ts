import { queryOptions } from "@tanstack/react-query";
import type { AppView, PublishCandidate } from "@/lib/protocol/views";
import { api } from "../api";

export const appKeys = {
  room: (workroomId: string) => ["app", workroomId] as const,
  candidates: (workroomId: string) => ["app", workroomId, "candidates"] as const,
};

export const appQuery = (workroomId: string) =>
  queryOptions({
    queryKey: appKeys.room(workroomId),
    queryFn: async ({ signal }) =>
      (await api<{ app: AppView | null }>(`/workrooms/${workroomId}/app`, { signal })).app,
  });

export const publishCandidatesQuery = (workroomId: string) =>
  queryOptions({
    queryKey: appKeys.candidates(workroomId),
    queryFn: async ({ signal }) =>
      (
        await api<{ candidates: PublishCandidate[] }>(
          `/workrooms/${workroomId}/publish-candidates`,
          { signal },
        )
      ).candidates,
  });

export type PublishRequest = { sourcePath: string; note: string; slug?: string };

export const publishVersion = (workroomId: string, body: PublishRequest) =>
  api<AppView>(`/workrooms/${workroomId}/app/versions`, {
    method: "POST",
    body,
    timeoutMs: 120_000,
  });

export const makeVersionLive = (appId: string, versionId: string) =>
  api<AppView>(`/apps/${appId}/live`, { method: "POST", body: { versionId } });

export const updateApp = (appId: string, body: { audience?: AppView["audience"]; slug?: string }) =>
  api<AppView>(`/apps/${appId}`, { method: "PATCH", body });
