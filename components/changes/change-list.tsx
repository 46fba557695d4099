"use client";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { formatCount } from "@/lib/client/format";
import type { ChangeBase } from "@/lib/client/queries/changes";
import type { FileChange } from "@/lib/protocol/files";
import { useWork } from "../work/work-context";
import { useOpenRequest } from "../work/work-tab-store";
import { ChangeRow } from "./change-row";
import { FileChangeView } from "./file-change-view";

type ChangeListProps = {
  base: ChangeBase;
  changes: readonly FileChange[];
  listedAt: number;
  isSideBySide: boolean;
  /** A phone: a file opens over the whole screen. */
  isNarrow: boolean;
};

const PAGE = 200;

/** The changed files; each opens to its lines. The first one is open, so that there is something to see. */
export function ChangeList(props: ChangeListProps) {
  const { base, changes, listedAt, isSideBySide, isNarrow } = props;
  const [shownCount, setShownCount] = useState(PAGE);
  const { openPaths, toggle, fullPath, setFullPath } = useOpenChanges(changes, isNarrow);
  const full = changes.find((change) => change.path === fullPath);
  return (
    <>
      <ul aria-label="Changed files">
        {changes.slice(0, shownCount).map((change) => (
          <ChangeRow
            key={change.path}
            base={base}
            change={change}
            listedAt={listedAt}
            isOpen={openPaths.has(change.path)}
            isSideBySide={isSideBySide}
            isNarrow={isNarrow}
            onToggle={() => (isNarrow ? setFullPath(change.path) : toggle(change.path))}
            onFullScreen={() => setFullPath(change.path)}
          />
        ))}
      </ul>
      {changes.length > shownCount && (
        <div className="p-3 text-center">
          <Button onClick={() => setShownCount(shownCount + PAGE)}>
            Show {formatCount(Math.min(PAGE, changes.length - shownCount))} more of{" "}
            {formatCount(changes.length)}
          </Button>
        </div>
      )}
      <Dialog open={full !== undefined} onOpenChange={(open) => !open && setFullPath(null)}>
        {full && (
          <DialogContent
            title={full.path}
            className="h-dvh max-h-dvh gap-2 rounded-none p-3 md:h-[92dvh] md:max-w-[min(96vw,90rem)] md:rounded-xl"
          >
            <div className="min-h-0 flex-1">
              <FileChangeView
                base={base}
                path={full.path}
                listedAt={listedAt}
                isSideBySide={isSideBySide}
                isFilling
              />
            </div>
          </DialogContent>
        )}
      </Dialog>
    </>
  );
}

/** Which files are open, and which one has the whole screen; a wish from elsewhere opens its file. */
function useOpenChanges(changes: readonly FileChange[], isNarrow: boolean) {
  const { workroom } = useWork();
  const request = useOpenRequest(workroom.id, "changes");
  const [openPaths, setOpenPaths] = useState<ReadonlySet<string>>(
    () => new Set(isNarrow ? [] : changes.slice(0, 1).map((change) => change.path)),
  );
  const [fullPath, setFullPath] = useState<string | null>(null);
  const [seenRequest, setSeenRequest] = useState(0);
  if (request && request.id !== seenRequest) {
    setSeenRequest(request.id);
    if (isNarrow) setFullPath(request.path);
    else setOpenPaths(new Set([...openPaths, request.path]));
  }
  const toggle = (path: string) => {
    const next = new Set(openPaths);
    if (!next.delete(path)) next.add(path);
    setOpenPaths(next);
  };
  return { openPaths, toggle, fullPath, setFullPath };
}
