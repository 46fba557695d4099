import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { FileVersion, VersionContent } from "@/lib/protocol/versions";
import { fileKeys } from "./files";

export const versionsQuery = (workspaceId: string, path: string) =>
  queryOptions({
    queryKey: [...fileKeys.file(workspaceId, path), "versions"] as const,
    queryFn: ({ signal }) =>
      api<{ versions: FileVersion[] }>(`/workspaces/${workspaceId}/files/versions`, {
        query: { path },
        signal,
      }),
  });

/** A version never changes. */
export const versionQuery = (workspaceId: string, path: string, seq: number) =>
  queryOptions({
    queryKey: ["version", workspaceId, path, seq] as const,
    queryFn: ({ signal }) =>
      api<VersionContent>(`/workspaces/${workspaceId}/files/version`, {
        query: { path, seq: String(seq) },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** Sets a path back to a version; without `seq` to what it was before it was deleted. */
export const restoreVersion = (workspaceId: string, path: string, seq?: number) =>
  api<{ restored: number }>(`/workspaces/${workspaceId}/files/restore`, {
    method: "POST",
    body: { path, ...(seq !== undefined && { seq }) },
  });
