import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { FileContent, FileNode, TableProfile } from "@/lib/protocol/files";

export const fileKeys = {
  all: (workroomId: string) => ["workroom", workroomId, "files"] as const,
  directory: (workroomId: string, path: string) =>
    ["workroom", workroomId, "files", "directory", path] as const,
  file: (workroomId: string, path: string) =>
    ["workroom", workroomId, "files", "file", path] as const,
  profile: (workroomId: string, path: string) => ["workroom", workroomId, "profile", path] as const,
};

export type DirectoryListing = { nodes: FileNode[]; isTruncated: boolean };

export const directoryQuery = (workroomId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.directory(workroomId, path),
    queryFn: ({ signal }) =>
      api<DirectoryListing>(`/workrooms/${workroomId}/files`, { query: { path }, signal }),
  });

export const fileQuery = (workroomId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.file(workroomId, path),
    queryFn: ({ signal }) =>
      api<FileContent>(`/workrooms/${workroomId}/file`, { query: { path }, signal }),
  });

export const profileQuery = (workroomId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.profile(workroomId, path),
    queryFn: ({ signal }) =>
      api<TableProfile>(`/workrooms/${workroomId}/profile`, { query: { path }, signal }),
    staleTime: 60_000,
  });

type FileWrite = { path: string; text: string; ifMatch: string | null };

export const writeFile = (workroomId: string, body: FileWrite) =>
  api<{ etag: string }>(`/workrooms/${workroomId}/file`, { method: "PUT", body });

export const deleteFile = (workroomId: string, path: string) =>
  api<unknown>(`/workrooms/${workroomId}/file`, { method: "DELETE", query: { path } });

export const makeDirectory = (workroomId: string, path: string) =>
  api<unknown>(`/workrooms/${workroomId}/directories`, { method: "POST", body: { path } });

export const moveFile = (workroomId: string, from: string, to: string) =>
  api<unknown>(`/workrooms/${workroomId}/moves`, { method: "POST", body: { from, to } });

/** An attachment of one file, with its length, so that the browser shows progress. */
export const downloadUrl = (workroomId: string, path: string) =>
  `/api/v1/workrooms/${workroomId}/download?${new URLSearchParams({ path })}`;
