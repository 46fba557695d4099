"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { errorText } from "@/lib/client/api";
import { deleteFile, fileKeys, makeDirectory, moveFile } from "@/lib/client/queries/files";
import { showToast } from "@/lib/client/toast";
import type { FileNode } from "@/lib/protocol/files";
import type { PathWish } from "./path-dialog";

/** What changes names and places of files; every open listing is fetched again afterwards. */
export function useFileActions(workroomId: string) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: fileKeys.all(workroomId) });
  const remove = useMutation({
    mutationFn: (node: FileNode) => deleteFile(workroomId, node),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
    onSettled: refresh,
  });
  return {
    remove,
    /** Creates, renames or moves; resolves when the listings are fresh. */
    apply: async (wish: PathWish, newPath: string) => {
      if (wish.kind === "newFolder") await makeDirectory(workroomId, newPath);
      else if (newPath !== wish.path) await moveFile(workroomId, wish.path, newPath);
      await refresh();
    },
  };
}
