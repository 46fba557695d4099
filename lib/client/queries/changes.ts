import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { FileChange, FileDiff } from "@/lib/protocol/files";

export type ChangeBase = "turn" | "published";

export const changeKeys = {
  all: (workroomId: string) => ["workroom", workroomId, "changes"] as const,
  set: (workroomId: string, base: ChangeBase) => ["workroom", workroomId, "changes", base] as const,
};

export type ChangeSet = {
  base: { kind: string; label: string };
  savedAt: string | null;
  changes: FileChange[];
};

export const changesQuery = (workroomId: string, base: ChangeBase) =>
  queryOptions({
    queryKey: changeKeys.set(workroomId, base),
    queryFn: ({ signal }) =>
      api<ChangeSet>(`/workrooms/${workroomId}/changes`, {
        query: { base },
        signal,
        timeoutMs: 60_000,
      }),
  });

/**
 * Both sides of one changed file. `listedAt` says which list it belongs to: with a new list the sides are read again,
 * and a file that is in it no more is not asked for.
 */
export const fileDiffQuery = (
  workroomId: string,
  base: ChangeBase,
  path: string,
  listedAt: number,
) =>
  queryOptions({
    queryKey: ["file-diff", workroomId, base, path, listedAt] as const,
    queryFn: ({ signal }) =>
      api<FileDiff>(`/workrooms/${workroomId}/changes/file`, { query: { base, path }, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  });
