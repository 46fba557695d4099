import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { OutputQuota } from "@/lib/protocol/workspace";
import type { WorkspaceView } from "@/lib/protocol/workspace-views";

export const workspaceKeys = {
  all: ["workspace"] as const,
  detail: (workspaceId: string) => ["workspace", workspaceId] as const,
};

export const workspaceQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: workspaceKeys.detail(workspaceId),
    queryFn: ({ signal }) => api<WorkspaceView>(`/workspaces/${workspaceId}`, { signal }),
  });

export const changeQuota = (workspaceId: string, quota: OutputQuota | null) =>
  api<WorkspaceView>(`/workspaces/${workspaceId}/quota`, { method: "PUT", body: { quota } });

export const wakeWorkspace = (workspaceId: string) =>
  api<WorkspaceView>(`/workspaces/${workspaceId}/wake`, { method: "POST" });

export const sleepWorkspace = (workspaceId: string) =>
  api<WorkspaceView>(`/workspaces/${workspaceId}/sleep`, { method: "POST" });
