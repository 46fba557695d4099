"use client";
import { useState } from "react";
import type { FileNode } from "@/lib/protocol/files";
import type { FileAction } from "./file-menu";
import { useFiles } from "./files-context";
import { PathDialog, type PathWish } from "./path-dialog";
import { saveArchive, saveDownload } from "./save-download";
import { useFileActions } from "./use-file-actions";
import type { OpenFile } from "./use-open-file";
import type { Tree } from "./use-tree";

/** What the menu of a file does, and the dialog that asks for a name or a place. */
export function useFileMenu(
  tree: Pick<Tree, "reveal">,
  open: OpenFile,
  chooseFiles: (folder: string) => void,
) {
  const { workspaceId, askEmployee, openPreview } = useFiles();
  const actions = useFileActions(workspaceId);
  const [wish, setWish] = useState<PathWish | null>(null);

  const remove = (node: FileNode) =>
    actions.remove.mutate(node, {
      onSuccess: () => {
        const isOpen = open.path === node.path || open.path?.startsWith(`${node.path}/`);
        if (isOpen) open.setPath(null);
      },
    });

  const act = (action: FileAction, node: FileNode): void => {
    const { path, type } = node;
    const doers: Record<FileAction, () => void> = {
      rename: () => setWish({ kind: "rename", path }),
      move: () => setWish({ kind: "move", path }),
      newFolder: () => setWish({ kind: "newFolder", folder: path }),
      duplicate: () => void actions.duplicate(node),
      delete: () => remove(node),
      download: () => (type === "directory" ? saveArchive : saveDownload)(workspaceId, path),
      history: () => open.openHistory(path),
      preview: () => openPreview?.(path),
      mention: () => askEmployee?.(`@${path} `),
      upload: () => chooseFiles(path),
    };
    doers[action]();
  };

  const dialog = wish && (
    <PathDialog
      wish={wish}
      onClose={() => setWish(null)}
      onSubmit={async (done, newPath) => {
        await actions.apply(done, newPath);
        tree.reveal(newPath);
        open.setActivePath(newPath);
        if (done.kind !== "newFolder" && open.path === done.path) open.setPath(newPath);
      }}
    />
  );
  return { act, dialog, askFolder: (folder: string) => setWish({ kind: "newFolder", folder }) };
}
