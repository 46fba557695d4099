"use client";
import { ChevronRightIcon, Maximize2Icon, PencilIcon } from "lucide-react";
import { useId } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Tooltip } from "@/components/ui/tooltip";
import { cn } from "@/lib/client/cn";
import type { ChangeBase } from "@/lib/client/queries/changes";
import type { FileChange } from "@/lib/protocol/files";
import { useWork } from "../work/work-context";
import { openWorkTab } from "../work/work-tab-store";
import { ChangeCounts } from "./change-counts";
import { FileChangeView } from "./file-change-view";

const kinds: Record<
  FileChange["kind"],
  { label: string; variant: "success" | "neutral" | "danger" }
> = {
  added: { label: "New", variant: "success" },
  modified: { label: "Changed", variant: "neutral" },
  deleted: { label: "Deleted", variant: "danger" },
};

type ChangeRowProps = {
  base: ChangeBase;
  change: FileChange;
  listedAt: number;
  isOpen: boolean;
  isSideBySide: boolean;
  isNarrow: boolean;
  onToggle: () => void;
  onFullScreen: () => void;
};

export function ChangeRow(props: ChangeRowProps) {
  const { base, change, listedAt, isOpen, isSideBySide, isNarrow, onToggle, onFullScreen } = props;
  const bodyId = useId();
  const kind = kinds[change.kind];
  const slash = change.path.lastIndexOf("/") + 1;
  return (
    <li className="border-b">
      <div className="sticky top-0 z-10 flex h-10 items-center gap-1 bg-background pr-1.5 pointer-coarse:h-12">
        <button
          type="button"
          onClick={onToggle}
          {...(!isNarrow && { "aria-expanded": isOpen, "aria-controls": bodyId })}
          className="flex h-full min-w-0 flex-1 items-center gap-2 px-2 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2"
        >
          <ChevronRightIcon
            aria-hidden
            className={cn(
              "size-3.5 shrink-0 text-muted-foreground transition-transform",
              isOpen && !isNarrow && "rotate-90",
            )}
          />
          <span className="min-w-0 truncate" title={change.path}>
            <span className="text-muted-foreground">{change.path.slice(0, slash)}</span>
            {change.path.slice(slash)}
          </span>
          <Badge variant={kind.variant}>{kind.label}</Badge>
          <span className="flex-1" />
          <ChangeCounts added={change.addedLines} removed={change.removedLines} />
        </button>
        {!isNarrow && <RowButtons change={change} onFullScreen={onFullScreen} />}
      </div>
      <div id={bodyId} hidden={!isOpen || isNarrow}>
        {isOpen && !isNarrow && (
          <FileChangeView
            base={base}
            path={change.path}
            listedAt={listedAt}
            isSideBySide={isSideBySide}
            isFilling={false}
          />
        )}
      </div>
    </li>
  );
}

type RowButtonsProps = Pick<ChangeRowProps, "change" | "onFullScreen">;

function RowButtons({ change, onFullScreen }: RowButtonsProps) {
  const { workroom } = useWork();
  return (
    <>
      {change.kind !== "deleted" && (
        <Tooltip label="Open in Files">
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={`Open ${change.path} in Files`}
            onClick={() => openWorkTab(workroom.id, "files", change.path)}
          >
            <PencilIcon aria-hidden />
          </Button>
        </Tooltip>
      )}
      <Tooltip label="Full screen">
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label={`Show ${change.path} on the full screen`}
          onClick={onFullScreen}
        >
          <Maximize2Icon aria-hidden />
        </Button>
      </Tooltip>
    </>
  );
}
