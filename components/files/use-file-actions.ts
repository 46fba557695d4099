"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiError, errorText } from "@/lib/client/api";
import {
  copyFile,
  deleteFile,
  fileKeys,
  makeDirectory,
  moveFile,
} from "@/lib/client/queries/files";
import { restoreVersion } from "@/lib/client/queries/versions";
import { showToast } from "@/lib/client/toast";
import type { FileNode } from "@/lib/protocol/files";
import { pathOfTry } from "@/lib/client/uploads/upload-under-free-name";
import type { PathWish } from "./path-dialog";
import { baseName } from "./tree-model";

const UNDO_MS = 12_000;
const MAX_TRIES = 20;

/** "a.txt" becomes "a (2).txt", or the next number that is free. */
async function copyBeside(
  workspaceId: string,
  path: string,
  isFolder: boolean,
): Promise<string | undefined> {
  for (let attempt = 2; ; attempt += 1) {
    const to = pathOfTry(path, attempt);
    try {
      await copyFile(workspaceId, path, to, isFolder);
      return to;
    } catch (error) {
      const isTaken = error instanceof ApiError && error.code === "conflict";
      if (!isTaken || attempt > MAX_TRIES) throw error;
    }
  }
}

/** What changes names and places of files; every open listing is fetched again afterwards. */
export function useFileActions(workroomId: string) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: fileKeys.all(workroomId) });
  const fail = (error: unknown) => showToast(errorText(error), { tone: "error" });
  /** Says what was done; the button takes it back. */
  const tell = (text: string, takeBack: () => Promise<unknown>) =>
    showToast(text, {
      duration: UNDO_MS,
      action: { label: "Undo", onClick: () => void takeBack().catch(fail).finally(refresh) },
    });
  const remove = useMutation({
    mutationFn: (node: FileNode) => deleteFile(workroomId, node),
    onSuccess: (_, { name, path }) =>
      tell(`Deleted ${name}`, () => restoreVersion(workroomId, path)),
    onError: fail,
    onSettled: refresh,
  });
  return {
    remove,
    duplicate: async ({ path, name, type }: FileNode) => {
      const to = await copyBeside(workroomId, path, type === "directory").catch(fail);
      await refresh();
      if (to !== undefined)
        tell(`Made a copy of ${name}`, () =>
          deleteFile(workroomId, { path: to, type, isReadOnly: false }),
        );
    },
    /** Creates, renames or moves; resolves when the listings are fresh. */
    apply: async (wish: PathWish, newPath: string) => {
      if (wish.kind === "newFolder") await makeDirectory(workroomId, newPath);
      else if (newPath !== wish.path) {
        await moveFile(workroomId, wish.path, newPath);
        const { path } = wish;
        const done = wish.kind === "rename" ? "Renamed" : "Moved";
        tell(`${done} ${baseName(path)}`, () => moveFile(workroomId, newPath, path));
      }
      await refresh();
    },
  };
}
