"use client";
import { useState } from "react";
import type { OpenRequest } from "../work/work-tab-store";

/** The open file and the active row; a wish from elsewhere ("open this file") goes before both. */
export function useOpenFile(request: OpenRequest | null, reveal: (path: string) => void) {
  const [seenRequest, setSeenRequest] = useState(0);
  const [path, setPath] = useState<string | null>(null);
  const [isHistory, setIsHistory] = useState(false);
  const [activePath, setActivePath] = useState<string | null>(null);
  if (request && request.id !== seenRequest) {
    setSeenRequest(request.id);
    setPath(request.path);
    setActivePath(request.path);
    reveal(request.path);
  }
  return {
    path,
    activePath,
    setPath,
    setActivePath,
    /** Whether the open file is shown with its earlier states. */
    isHistory,
    setIsHistory,
    openHistory: (wanted: string) => {
      setPath(wanted);
      setIsHistory(true);
    },
  };
}
export type OpenFile = ReturnType<typeof useOpenFile>;
