import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { FileOp, FileOpResult } from "@/lib/protocol/file-ops";
import type { FileNode, TableProfile } from "@/lib/protocol/files";

export const fileKeys = {
  all: (workroomId: string) => ["workroom", workroomId, "files"] as const,
  directory: (workroomId: string, path: string) =>
    ["workroom", workroomId, "files", "directory", path] as const,
  file: (workroomId: string, path: string) =>
    ["workroom", workroomId, "files", "file", path] as const,
  profile: (workroomId: string, path: string) => ["workroom", workroomId, "profile", path] as const,
};

export type DirectoryListing = { nodes: FileNode[]; isTruncated: boolean };

const NODES_A_PAGE = 5_000;
const MAX_PAGES = 20;

/** The address of an operation on the files of a workspace. */
const opPath = (workspaceId: string, op: FileOp) => `/workspaces/${workspaceId}/files/${op}`;

/** The nodes of one folder, all of them unless it is a very large one. */
export async function listDirectory(
  workspaceId: string,
  path: string,
  signal?: AbortSignal,
): Promise<DirectoryListing> {
  const nodes: FileNode[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = { path, limit: String(NODES_A_PAGE), ...(cursor !== null && { cursor }) };
    const options = { query, ...(signal && { signal }) };
    const found: FileOpResult<"ls"> = await api(opPath(workspaceId, "ls"), options);
    nodes.push(...found.nodes);
    cursor = found.nextCursor;
    if (cursor === null) return { nodes, isTruncated: false };
  }
  return { nodes, isTruncated: true };
}

export const directoryQuery = (workspaceId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.directory(workspaceId, path),
    queryFn: ({ signal }) => listDirectory(workspaceId, path, signal),
  });

/** A file as the editor opens it; `text` is null for what is no text, or more of it than the editor takes. */
export type FileContent = {
  path: string;
  size: number;
  etag: string;
  text: string | null;
  reason: "binary" | "too_large" | null;
};

const MAX_EDITOR_BYTES = 2_000_000;

export const fileQuery = (workspaceId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.file(workspaceId, path),
    queryFn: async ({ signal }): Promise<FileContent> => {
      const query = { path, length: String(MAX_EDITOR_BYTES) };
      const options = { query, signal };
      const file = await api<FileOpResult<"read">>(opPath(workspaceId, "read"), options);
      const reason = file.isTruncated ? "too_large" : file.isBinary ? "binary" : null;
      const { size, etag } = file;
      return { path: file.path, size, etag, text: reason === null ? file.content : null, reason };
    },
  });

export const profileQuery = (workspaceId: string, path: string) =>
  queryOptions({
    queryKey: fileKeys.profile(workspaceId, path),
    queryFn: ({ signal }) =>
      api<TableProfile>(`/workspaces/${workspaceId}/files/profile`, { query: { path }, signal }),
    staleTime: 60_000,
  });

const change = <T>(workspaceId: string, op: FileOp, body: Record<string, unknown>) =>
  api<T>(opPath(workspaceId, op), { method: "POST", body });

type FileWrite = { path: string; text: string; ifMatch: string | null };

export const writeFile = (workspaceId: string, { path, text, ifMatch }: FileWrite) =>
  change<FileOpResult<"write">>(workspaceId, "write", {
    path,
    content: text,
    ...(ifMatch !== null && { ifMatch }),
  });

/** Removes a file, or a folder with everything in it. What was uploaded is taken back by the door it came in by. */
export const deleteFile = (
  workspaceId: string,
  { path, type, isReadOnly }: Pick<FileNode, "path" | "type" | "isReadOnly">,
) =>
  isReadOnly
    ? api<unknown>(`/workspaces/${workspaceId}/upload`, { method: "DELETE", query: { path } })
    : change<unknown>(workspaceId, type === "directory" ? "rmdir" : "delete", { path });

export const makeDirectory = (workspaceId: string, path: string) =>
  change<unknown>(workspaceId, "mkdir", { path });

export const moveFile = (workspaceId: string, from: string, to: string) =>
  change<unknown>(workspaceId, "move", { from, to, overwrite: false });

/** Copies a file or a whole folder to a place where nothing is. */
export const copyFile = (workspaceId: string, from: string, to: string, isFolder: boolean) =>
  change<unknown>(workspaceId, "copy", { from, to, recursive: isFolder, overwrite: false });

/** An attachment of one file, with its length, so that the browser shows progress. */
export const downloadUrl = (workroomId: string, path: string) =>
  `/api/v1/workrooms/${workroomId}/download?${new URLSearchParams({ path })}`;

/** A folder as a zip file. */
export const archiveUrl = (workroomId: string, path: string) =>
  `/api/v1/workrooms/${workroomId}/archive?${new URLSearchParams({ path })}`;
