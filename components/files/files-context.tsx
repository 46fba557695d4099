"use client";
import { createContext, use } from "react";

/** The workspace whose files are shown, and what can be done with them besides. */
export type FilesContextValue = {
  /** Of a workroom, an employee or a session. */
  workspaceId: string;
  canEdit: boolean;
  /** Programs may be changing files just now. */
  isBusy: boolean;
  /** Puts a text into the composer; null where there is no chat. */
  askEmployee: ((text: string) => void) | null;
  /** Shows a page in the preview; null where there is none. */
  openPreview: ((path: string) => void) | null;
};

export const FilesContext = createContext<FilesContextValue | null>(null);

export function useFiles(): FilesContextValue {
  const value = use(FilesContext);
  if (!value) throw new Error("useFiles belongs inside FilesPanel.");
  return value;
}
