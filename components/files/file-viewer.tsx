"use client";
import { ArrowLeftIcon, DownloadIcon, MonitorPlayIcon, XIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { isHtmlPath } from "../preview/preview-source";
import { useWork } from "../work/work-context";
import { openWorkTab } from "../work/work-tab-store";
import { useDrafts } from "./drafts";
import { type FileKind, fileKind } from "./file-kind";
import { ImageView } from "./image-view";
import { saveDownload } from "./save-download";
import { TableView } from "./table-view";
import { TextView } from "./text-view";
import { baseName, parentFolder } from "./tree-model";

type FileViewerProps = { path: string; onClose: () => void };

/** One open file: a text in the editor, a picture, or a table. */
export function FileViewer({ path, onClose }: FileViewerProps) {
  const kind = fileKind(path);
  const isDirty = useDrafts().drafts.has(path);
  const [isTable, setIsTable] = useState(kind === "table" && !isDirty);
  return (
    <section aria-label={path} className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ViewerHeader path={path} isDirty={isDirty} onClose={onClose}>
        {kind === "table" && (
          <Button variant="ghost" size="sm" onClick={() => setIsTable(!isTable)}>
            {isTable ? "Show as text" : "Show as table"}
          </Button>
        )}
      </ViewerHeader>
      <div className="min-h-0 flex-1">
        <FileBody path={path} view={isTable ? "table" : kind === "image" ? "image" : "text"} />
      </div>
    </section>
  );
}

function FileBody({ path, view }: { path: string; view: FileKind }) {
  if (view === "image") return <ImageView path={path} />;
  return view === "table" ? <TableView path={path} /> : <TextView path={path} />;
}

type ViewerHeaderProps = {
  path: string;
  isDirty: boolean;
  onClose: () => void;
  children: ReactNode;
};

function ViewerHeader({ path, isDirty, onClose, children }: ViewerHeaderProps) {
  const { workroom } = useWork();
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
      {isHtmlPath(path) && (
        <Tooltip label="Show in the preview">
          <Button
            variant="ghost"
            size="icon"
            aria-label="Show in the preview"
            onClick={() => openWorkTab(workroom.id, "preview", path)}
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
          onClick={() => saveDownload(workroom.id, path)}
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
