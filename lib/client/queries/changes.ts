import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { FileChange, FileDiff } from "@/lib/protocol/files";

export type ChangeBase = "turn" | "published";

export const changeKeys = {
  all: (workroomId: string) => ["workroom", workroomId, "changes"] as const,
  set: (workroomId: string, base: ChangeBase) => ["workroom", workroomId, "changes", base] as const,
  diff: (workroomId: string, base: ChangeBase, path: string) =>
    ["workroom", workroomId, "changes", base, path] as const,
};

export type ChangeSet = { base: { kind: string; label: string }; changes: FileChange[] };

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

export const fileDiffQuery = (workroomId: string, base: ChangeBase, path: string) =>
  queryOptions({
    queryKey: changeKeys.diff(workroomId, base, path),
    queryFn: ({ signal }) =>
      api<FileDiff>(`/workrooms/${workroomId}/changes/file`, { query: { base, path }, signal }),
  });
