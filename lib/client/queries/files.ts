import { queryOptions } from "@tanstack/react-query";
import type { FileContent, FileNode, TableProfile } from "@/lib/protocol/files";
import { api } from "../api";

export const fileKeys = {
  /** Everything that depends on the workspace's files. */
  room: (workroomId: string) => ["files", workroomId] as const,
  folder: (workroomId: string, path: string) => ["files", workroomId, "folder", path] as const,
  content: (workroomId: string, path: string) => ["files", workroomId, "content", path] as const,
  profile: (workroomId: string, path: string) => ["files", workroomId, "profile", path] as const,
  pages: (workroomId: string) => ["files", workroomId, "pages"] as const,
};

export type FolderView = { nodes: FileNode[]; isTruncated: boolean };

const room = (workroomId: string) => `/workrooms/${workroomId}`;

export const fetchFolder = (workroomId: string, path: string, signal?: AbortSignal) =>
  api<FolderView>(`${room(workroomId)}/files`, { query: { path }, ...(signal && { signal }) });

export const folderQuery = (workroomId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.folder(workroomId, path),
    queryFn: ({ signal }) => fetchFolder(workroomId, path, signal),
  });

export const fileContentQuery = (workroomId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.content(workroomId, path),
    queryFn: ({ signal }) =>
      api<FileContent>(`${room(workroomId)}/file`, { query: { path }, signal }),
  });

export const tableProfileQuery = (workroomId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.profile(workroomId, path),
    queryFn: ({ signal }) =>
      api<TableProfile>(`${room(workroomId)}/profile`, { query: { path }, signal }),
  });

/** Saves a text. `ifMatch` is the etag the person started from; `null` overwrites whatever is there now. */
export const saveFile = (
  workroomId: string,
  body: { path: string; text: string; ifMatch: string | null },
) => api<{ etag: string }>(`${room(workroomId)}/file`, { method: "PUT", body });

export const deleteFile = (workroomId: string, path: string) =>
  api<unknown>(`${room(workroomId)}/file`, { method: "DELETE", query: { path } });

export const createFolder = (workroomId: string, path: string) =>
  api<unknown>(`${room(workroomId)}/directories`, { method: "POST", body: { path } });

export const moveFile = (workroomId: string, from: string, to: string) =>
  api<unknown>(`${room(workroomId)}/moves`, { method: "POST", body: { from, to } });

/** Address of a file's bytes: with content-length, so that the browser shows the progress of a download. */
export const downloadUrl = (workroomId: string, path: string) =>
  `/api/v1/workrooms/${workroomId}/download?path=${encodeURIComponent(path)}`;

export const uploadUrl = (workroomId: string, path: string) =>
  `/api/v1/workrooms/${workroomId}/upload?path=${encodeURIComponent(path)}`;
