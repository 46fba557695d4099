"use client";
import { type ReactNode, useRef } from "react";
import { collectChosenFiles, type PickedFile } from "./collect-dropped-files";

export type FileChooser = {
  /** Two hidden fields that must be on the page. */
  fields: ReactNode;
  chooseFiles: (folder: string) => void;
  chooseFolder: (folder: string) => void;
};

/** The browser's own chooser for files or a whole folder, opened by buttons that look like ours. */
export function useFileChooser(
  onPick: (folder: string, picked: readonly PickedFile[]) => void,
): FileChooser {
  const filesRef = useRef<HTMLInputElement>(null);
  const folderRef = useRef<HTMLInputElement>(null);
  const target = useRef("");
  const choose = (field: HTMLInputElement | null, folder: string) => {
    target.current = folder;
    field?.click();
  };
  const take = (field: HTMLInputElement) => {
    if (field.files && field.files.length > 0) {
      onPick(target.current, collectChosenFiles(field.files));
    }
    // The same file chosen again must count as a change.
    field.value = "";
  };
  return {
    fields: (
      <>
        <input
          ref={filesRef}
          type="file"
          multiple
          hidden
          aria-label="Files to upload"
          onChange={(event) => take(event.currentTarget)}
        />
        <input
          ref={(field) => {
            // React knows no attribute for it, and every browser knows only this name.
            if (field) field.webkitdirectory = true;
            folderRef.current = field;
          }}
          type="file"
          multiple
          hidden
          aria-label="Folder to upload"
          onChange={(event) => take(event.currentTarget)}
        />
      </>
    ),
    chooseFiles: (folder) => choose(filesRef.current, folder),
    chooseFolder: (folder) => choose(folderRef.current, folder),
  };
}
