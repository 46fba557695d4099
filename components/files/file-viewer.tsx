"use client";
import { ArrowLeftIcon, DownloadIcon, HistoryIcon, MonitorPlayIcon, XIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { isHtmlPath } from "../preview/preview-source";
import { useDrafts } from "./drafts";
import { FileBody } from "./file-body";
import { useFiles } from "./files-context";
import { HistoryView } from "./history-view";
import { fileKind, viewNames } from "./file-kind";
import { saveDownload } from "./save-download";
import { baseName, parentFolder } from "./tree-model";

type FileViewerProps = {
  path: string;
  isHistory: boolean;
  onHistory: (isHistory: boolean) => void;
  onClose: () => void;
};

/** One open file, shown as what it is; its text in the editor. */
export function FileViewer({ path, isHistory, onHistory, onClose }: FileViewerProps) {
  const kind = fileKind(path);
  const isDirty = useDrafts().drafts.has(path);
  const name = viewNames[kind];
  const [isText, setIsText] = useState(name !== undefined && isDirty);
  return (
    <section aria-label={path} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ViewerHeader path={path} isDirty={isDirty} onClose={onClose}>
        {name !== undefined && !isHistory && (
          <Button variant="ghost" size="sm" onClick={() => setIsText(!isText)}>
            {isText ? `Show as ${name}` : "Show as text"}
          </Button>
        )}
        <Tooltip label={isHistory ? "Back to the file" : "History"}>
          <Button
            variant="ghost"
            size="icon"
            aria-label="History"
            aria-pressed={isHistory}
            onClick={() => onHistory(!isHistory)}
          >
            <HistoryIcon aria-hidden />
          </Button>
        </Tooltip>
      </ViewerHeader>
      <div className="min-h-0 flex-1">
        {isHistory ? (
          <HistoryView path={path} />
        ) : (
          <FileBody path={path} kind={isText ? "text" : kind} />
        )}
      </div>
    </section>
  );
}

type ViewerHeaderProps = {
  path: string;
  isDirty: boolean;
  onClose: () => void;
  children: ReactNode;
};

function ViewerHeader({ path, isDirty, onClose, children }: ViewerHeaderProps) {
  const { workspaceId, openPreview } = useFiles();
  return (
    <div className="flex h-10 shrink-0 items-center gap-0.5 border-b px-1.5">
      <Button
        variant="ghost"
        size="icon"
        aria-label="Back to the files"
        onClick={onClose}
        className="@xl/work:hidden"
      >
        <ArrowLeftIcon aria-hidden />
      </Button>
      <h2 className="min-w-0 flex-1 truncate px-1.5 text-sm" title={path}>
        <span className="text-muted-foreground @max-md/work:hidden">
          {parentFolder(path) && `${parentFolder(path)}/`}
        </span>
        <span className="font-medium">{baseName(path)}</span>
        {isDirty && <span className="text-muted-foreground"> · not saved</span>}
      </h2>
      {children}
      {isHtmlPath(path) && openPreview && (
        <Tooltip label="Show in the preview">
          <Button
            variant="ghost"
            size="icon"
            aria-label="Show in the preview"
            onClick={() => openPreview(path)}
          >
            <MonitorPlayIcon aria-hidden />
          </Button>
        </Tooltip>
      )}
      <Tooltip label="Download">
        <Button
          variant="ghost"
          size="icon"
          aria-label="Download"
          onClick={() => saveDownload(workspaceId, path)}
        >
          <DownloadIcon aria-hidden />
        </Button>
      </Tooltip>
      <Button
        variant="ghost"
        size="icon"
        aria-label="Close the file"
        onClick={onClose}
        className="@max-xl/work:hidden"
      >
        <XIcon aria-hidden />
      </Button>
    </div>
  );
}
