"use client";
import { createContext, use, useEffect, useMemo, useState } from "react";

/** What a person typed and the version they typed it over. */
export type Draft = { text: string; etag: string };

type Drafts = {
  drafts: ReadonlyMap<string, Draft>;
  /** `null` forgets the draft. */
  setDraft: (path: string, change: (now: Draft | null) => Draft | null) => void;
};

export const DraftsContext = createContext<Drafts | null>(null);

/** Unsaved texts of a room, by path: they survive a look at another file. */
export function useDraftStore(): Drafts {
  const [drafts, setDrafts] = useState<ReadonlyMap<string, Draft>>(new Map());
  const hasDrafts = drafts.size > 0;
  useEffect(() => {
    if (!hasDrafts) return;
    // The browser asks before it closes the tab over unsaved text.
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [hasDrafts]);
  return useMemo(
    () => ({
      drafts,
      setDraft: (path, change) =>
        setDrafts((now) => {
          const before = now.get(path) ?? null;
          const after = change(before);
          if (after === before) return now;
          const next = new Map(now);
          if (after) next.set(path, after);
          else next.delete(path);
          return next;
        }),
    }),
    [drafts],
  );
}

export function useDrafts(): Drafts {
  const value = use(DraftsContext);
  if (!value) throw new Error("useDrafts belongs inside FilesPanel.");
  return value;
}
