import { queryOptions } from "@tanstack/react-query";
import type { FileChange, FileDiff } from "@/lib/protocol/files";
import { api } from "../api";

/** What changes are counted against: the start of the newest turn, or the last published version. */
export type ChangeBase = "turn" | "published";

export type ChangesView = { base: { kind: string; label: string }; changes: FileChange[] };

export const changeKeys = {
  room: (workroomId: string) => ["changes", workroomId] as const,
  list: (workroomId: string, base: ChangeBase) => ["changes", workroomId, base] as const,
  file: (workroomId: string, base: ChangeBase, path: string) =>
    ["changes", workroomId, base, path] as const,
};

export const changesQuery = (workroomId: string, base: ChangeBase) =>
  queryOptions({
    queryKey: changeKeys.list(workroomId, base),
    queryFn: ({ signal }) =>
      api<ChangesView>(`/workrooms/${workroomId}/changes`, { query: { base }, signal }),
  });

export const fileDiffQuery = (workroomId: string, base: ChangeBase, path: string) =>
  queryOptions({
    queryKey: changeKeys.file(workroomId, base, path),
    queryFn: ({ signal }) =>
      api<FileDiff>(`/workrooms/${workroomId}/changes/file`, { query: { base, path }, signal }),
  });
