"use client";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { Columns2Icon, FileDiffIcon, Rows2Icon } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { Tooltip } from "@/components/ui/tooltip";
import { errorText } from "@/lib/client/api";
import { countOf } from "@/lib/client/format";
import { type ChangeBase, type ChangeSet, changesQuery } from "@/lib/client/queries/changes";
import type { FileChange } from "@/lib/protocol/files";
import { AsleepBar } from "../work/asleep-bar";
import { SavedLine } from "../work/saved-line";
import { useRoomAccess } from "@/lib/client/room-access";
import { useWork } from "../work/work-context";
import { BaseMenu } from "./base-menu";
import { ChangeCounts } from "./change-counts";
import { ChangeList } from "./change-list";
import { changeTotals } from "./change-totals";
import { useIsNarrow } from "./use-is-narrow";

const LOOK_AGAIN_MS = 5_000;

/** What changed since the turn began, or since the last published version. */
export function ChangesPanel({ isVisible }: { isVisible: boolean }) {
  const { workroom } = useWork();
  const [chosenBase, setBase] = useState<ChangeBase>("turn");
  // Without an App there is no published version to compare with.
  const base = workroom.app ? chosenBase : "turn";
  const [wantsSideBySide, setSideBySide] = useState(true);
  const isNarrow = useIsNarrow();
  const changes = useQuery({
    ...changesQuery(workroom.id, base),
    refetchInterval: isVisible && workroom.isWorking ? LOOK_AGAIN_MS : false,
  });
  const isSideBySide = wantsSideBySide && !isNarrow;
  return (
    <div className="flex h-full flex-col">
      <AsleepBar>The workroom is asleep. Changes can be read all the same.</AsleepBar>
      {changes.data && (
        <SavedLine workroom={workroom} savedAt={changes.data.savedAt}>
          What your employee writes now shows up when the turn ends.
        </SavedLine>
      )}
      <div
        role="toolbar"
        aria-label="Changes"
        className="flex h-10 shrink-0 items-center gap-2 border-b px-1.5"
      >
        <BaseMenu
          base={base}
          label={changes.data?.base.label}
          hasPublished={workroom.app !== null}
          onChange={setBase}
        />
        <span className="min-w-0 flex-1 truncate text-right text-xs text-muted-foreground">
          {changes.data && <Totals changes={changes.data.changes} />}
        </span>
        {!isNarrow && (
          <Tooltip label={isSideBySide ? "Show in one column" : "Show side by side"}>
            <Button
              variant="ghost"
              size="icon"
              aria-label="Side by side"
              aria-pressed={isSideBySide}
              onClick={() => setSideBySide(!isSideBySide)}
            >
              {isSideBySide ? <Columns2Icon aria-hidden /> : <Rows2Icon aria-hidden />}
            </Button>
          </Tooltip>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <ChangesBody base={base} query={changes} isSideBySide={isSideBySide} isNarrow={isNarrow} />
      </div>
    </div>
  );
}

type ChangesBodyProps = {
  base: ChangeBase;
  query: UseQueryResult<ChangeSet>;
  isSideBySide: boolean;
  isNarrow: boolean;
};

function ChangesBody({ base, query, isSideBySide, isNarrow }: ChangesBodyProps) {
  if (query.isPending) return <ListSkeleton />;
  if (!query.data) {
    return (
      <ErrorState
        title="Can’t compare the files"
        message={errorText(query.error)}
        onRetry={() => void query.refetch()}
        className="h-full"
      />
    );
  }
  if (query.data.changes.length === 0) return <NoChanges base={base} />;
  return (
    <ChangeList
      key={base}
      base={base}
      changes={query.data.changes}
      listedAt={query.dataUpdatedAt}
      isSideBySide={isSideBySide}
      isNarrow={isNarrow}
    />
  );
}

function Totals({ changes }: { changes: readonly FileChange[] }) {
  if (changes.length === 0) return null;
  return (
    <>
      <span className="@max-md/work:sr-only">{countOf(changes.length, "file")} </span>
      <ChangeCounts {...changeTotals(changes)} />
    </>
  );
}

function NoChanges({ base }: { base: ChangeBase }) {
  const { workroom, askEmployee } = useWork();
  const { canEdit } = useRoomAccess();
  if (workroom.isWorking) {
    return (
      <EmptyState icon={<Spinner className="size-6" />} title="No files changed yet">
        Your employee is working. What it changes shows up here when the turn ends.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<FileDiffIcon aria-hidden />}
      title={base === "published" ? "Nothing changed since it was published" : "No changes"}
      action={
        base === "turn" &&
        canEdit && <Button onClick={() => askEmployee("Please change ")}>Ask for a change</Button>
      }
    >
      {base === "published"
        ? "The published version and the workroom’s files are the same."
        : "Files that your employee writes show up here, line by line."}
    </EmptyState>
  );
}

const ListSkeleton = () => (
  <div className="flex flex-col gap-2 p-3">
    <Skeleton className="h-9" />
    <Skeleton className="h-9" />
    <Skeleton className="h-9" />
  </div>
);
