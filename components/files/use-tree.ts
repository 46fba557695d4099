"use client";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { errorText } from "@/lib/client/api";
import { type DirectoryListing, directoryQuery } from "@/lib/client/queries/files";
import { ancestorFolders, type FolderListing, flattenTree } from "./tree-model";

type Look = { data: DirectoryListing | undefined; error: Error | null };

const toListing = ({ data, error }: Look): FolderListing => {
  if (data) return { status: "ready", ...data };
  return error ? { status: "failed", message: errorText(error) } : { status: "loading" };
};

/** The open folders of a room and the rows they make. Children are fetched when a folder is opened. */
export function useTree(workroomId: string, refetchInterval: number | false) {
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(() => new Set(["input", "output"]));
  const root = useQuery({ ...directoryQuery(workroomId, ""), refetchInterval });
  // Only what is there is asked for: a fresh room may have no output/ yet.
  const names = new Set(root.data?.nodes.map((node) => node.path));
  const folders = [...expanded].filter((path) => names.has(path.split("/")[0] ?? ""));
  const looks = useQueries({
    queries: folders.map((path) => ({
      ...directoryQuery(workroomId, path),
      refetchInterval,
      retry: false,
    })),
  });

  const listings = new Map<string, FolderListing>([["", toListing(root)]]);
  looks.forEach((look, index) => listings.set(folders[index] ?? "", toListing(look)));

  const open = (paths: readonly string[]) =>
    setExpanded((now) =>
      paths.every((path) => now.has(path)) ? now : new Set([...now, ...paths]),
    );
  return {
    rows: flattenTree(listings, expanded),
    rootError: root.isError && !root.data ? errorText(root.error) : null,
    isPending: root.isPending,
    refetch: () => void Promise.all([root, ...looks].map((query) => query.refetch())),
    expand: (path: string) => open([path]),
    reveal: (path: string) => open(ancestorFolders(path)),
    collapse: (path: string) =>
      setExpanded((now) => new Set([...now].filter((other) => other !== path))),
  };
}
export type Tree = ReturnType<typeof useTree>;
