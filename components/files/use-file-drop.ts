"use client";
import { type DragEvent, useState } from "react";
import { showToast } from "@/lib/client/toast";
import { collectDroppedFiles, MAX_PICKED_FILES, type PickedFile } from "./collect-dropped-files";
import { parentFolder, UPLOAD_FOLDER, uploadFolder } from "./tree-model";

/** Lets files and folders be dropped on the tree: on a folder of input/ into that folder, elsewhere into input/. */
export function useFileDrop(onDrop: (folder: string, picked: readonly PickedFile[]) => void) {
  const [folder, setFolder] = useState<string | null>(null);
  return {
    /** The folder the files would go to, while they hover. */
    dropFolder: folder,
    dropProps: {
      onDragOver: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = "copy";
        setFolder(folderUnder(event.target));
      },
      onDragLeave: (event: DragEvent) => {
        const isInside =
          event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget);
        if (!isInside) setFolder(null);
      },
      onDrop: (event: DragEvent) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        // The page around may take drops too, as attachments of a message.
        event.stopPropagation();
        setFolder(null);
        const target = folderUnder(event.target);
        const collected = collectDroppedFiles(event.dataTransfer);
        void (async () => {
          const picked = await collected;
          if (picked.length >= MAX_PICKED_FILES) {
            showToast(`Only the first ${MAX_PICKED_FILES.toLocaleString()} files are uploaded.`);
          }
          if (picked.length > 0) onDrop(target, picked);
        })();
      },
    },
  };
}

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");

function folderUnder(target: EventTarget): string {
  const row = target instanceof Element ? target.closest<HTMLElement>("[data-path]") : null;
  const path = row?.dataset["path"];
  if (!row || path === undefined) return UPLOAD_FOLDER;
  return uploadFolder(row.dataset["folder"] === undefined ? parentFolder(path) : path);
}
