"use client";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { fileKeys } from "@/lib/client/queries/files";
import { useFiles } from "../files-context";
import { fetchBytes } from "../fetch-bytes";
import { NotShown } from "../not-shown";

type BytesViewProps<T> = {
  path: string;
  /** What is shown, in words: "picture", "document". */
  what: string;
  maxBytes: number;
  /** Makes of the bytes what is shown; a failure says that the file is damaged. */
  read: (bytes: Uint8Array<ArrayBuffer>) => T | Promise<T>;
  children: (content: T, id: number) => ReactNode;
};

type Read<T> = { kind: "ready"; content: T } | { kind: "too_large" } | { kind: "unreadable" };

/** Loads a whole file and shows what is in it, with the words for every way in which that can fail. */
export function BytesView<T>({ path, what, maxBytes, read, children }: BytesViewProps<T>) {
  const { workspaceId } = useFiles();
  const file = useQuery({
    queryKey: [...fileKeys.file(workspaceId, path), "bytes", what] as const,
    queryFn: async ({ signal }): Promise<Read<T>> => {
      const bytes = await fetchBytes(workspaceId, path, maxBytes, signal);
      if (bytes === "too_large") return { kind: "too_large" };
      try {
        return { kind: "ready", content: await read(bytes) };
      } catch {
        return { kind: "unreadable" };
      }
    },
    retry: false,
    gcTime: 60_000,
    structuralSharing: false,
  });
  if (file.isPending) return <Skeleton className="m-4 h-48" />;
  if (file.isError) {
    return (
      <ErrorState
        title={`Can’t load the ${what}`}
        message={errorText(file.error)}
        onRetry={() => void file.refetch()}
        className="h-full"
      />
    );
  }
  if (file.data.kind === "too_large") {
    return (
      <NotShown path={path} title={`This ${what} is too large to show here`}>
        Download it to look at it.
      </NotShown>
    );
  }
  if (file.data.kind === "unreadable") {
    return (
      <NotShown path={path} title={`This ${what} can’t be shown`}>
        The file may be damaged, protected by a password, or of another type than its name says.
      </NotShown>
    );
  }
  return children(file.data.content, file.dataUpdatedAt);
}
