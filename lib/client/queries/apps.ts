import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { AppView, PublishCandidate } from "@/lib/protocol/views";

export const appKeys = {
  detail: (workroomId: string) => ["workroom", workroomId, "app"] as const,
  candidates: (workroomId: string) => ["workroom", workroomId, "publish-candidates"] as const,
};

export const appQuery = (workroomId: string) =>
  queryOptions({
    queryKey: appKeys.detail(workroomId),
    queryFn: async ({ signal }) =>
      (await api<{ app: AppView | null }>(`/workrooms/${workroomId}/app`, { signal })).app,
  });

/** What could be published of the files as they were saved last. */
export type PublishOffer = { candidates: PublishCandidate[]; savedAt: string | null };

export const publishCandidatesQuery = (workroomId: string) =>
  queryOptions({
    queryKey: appKeys.candidates(workroomId),
    queryFn: ({ signal }) =>
      api<PublishOffer>(`/workrooms/${workroomId}/publish-candidates`, { signal }),
  });

type NewVersion = { sourcePath: string; note: string; slug?: string };

export const publishVersion = (workroomId: string, body: NewVersion) =>
  api<AppView>(`/workrooms/${workroomId}/app/versions`, {
    method: "POST",
    body,
    timeoutMs: 120_000,
  });

export const setLiveVersion = (appId: string, versionId: string) =>
  api<AppView>(`/apps/${appId}/live`, { method: "POST", body: { versionId } });

type AppChange = { audience?: AppView["audience"]; slug?: string };

export const changeApp = (appId: string, body: AppChange) =>
  api<AppView>(`/apps/${appId}`, { method: "PATCH", body });
