"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { HistoryIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import { formatBytes } from "@/lib/client/format";
import { fileKeys, fileQuery } from "@/lib/client/queries/files";
import { restoreVersion, versionQuery, versionsQuery } from "@/lib/client/queries/versions";
import { showToast } from "@/lib/client/toast";
import type { FileVersion } from "@/lib/protocol/versions";
import { LazyDiffEditor } from "../editor/lazy-editors";
import { useFiles } from "./files-context";
import { versionWords } from "./version-words";

/** The states a file has had: who made each and what is different now; one click brings one back. */
export function HistoryView({ path }: { path: string }) {
  const { workspaceId } = useFiles();
  const history = useQuery({ ...versionsQuery(workspaceId, path), retry: false });
  const [chosen, setChosen] = useState<number | null>(null);
  if (history.isPending) return <Skeleton className="m-4 h-48" />;
  if (history.isError) {
    return (
      <ErrorState
        title="Can’t read the history"
        message={errorText(history.error)}
        onRetry={() => void history.refetch()}
        className="h-full"
      />
    );
  }
  const { versions } = history.data;
  if (versions.length === 0) {
    return (
      <EmptyState icon={<HistoryIcon aria-hidden />} title="No earlier versions">
        Each saved state of this file will be listed here.
      </EmptyState>
    );
  }
  const version = versions.find(({ seq }) => seq === chosen) ?? versions[1] ?? versions[0];
  return (
    <div className="flex size-full flex-col">
      <ol aria-label="Versions" className="max-h-[40%] shrink-0 overflow-y-auto border-b p-1">
        {versions.map((one, index) => (
          <li key={one.seq}>
            <button
              type="button"
              aria-current={one === version}
              onClick={() => setChosen(one.seq)}
              className={cn(
                "flex w-full items-baseline gap-2 rounded-md px-2 py-1 text-left text-sm hover:bg-accent pointer-coarse:py-2.5",
                one === version && "bg-accent",
              )}
            >
              <span className="min-w-0 flex-1 truncate">
                {index === 0 ? "Now" : versionWords(one)}
                {index === 0 && (
                  <span className="text-muted-foreground"> · {versionWords(one)}</span>
                )}
              </span>
              <span className="shrink-0 text-xs text-muted-foreground">
                {one.content === null ? "deleted" : formatBytes(one.content.size)}
              </span>
              <RelativeTime at={one.savedAt} className="shrink-0 text-xs text-muted-foreground" />
            </button>
          </li>
        ))}
      </ol>
      {version && (
        <ShownVersion
          key={version.seq}
          path={path}
          version={version}
          isCurrent={version === versions[0]}
        />
      )}
    </div>
  );
}

type ShownVersionProps = { path: string; version: FileVersion; isCurrent: boolean };

function ShownVersion({ path, version, isCurrent }: ShownVersionProps) {
  const { workspaceId, canEdit } = useFiles();
  const restore = useRestore(path, version.seq);
  const isThere = version.content !== null;
  return (
    <>
      <div className="flex shrink-0 items-center gap-2 border-b px-3 py-1.5 text-sm">
        <p className="min-w-0 flex-1 truncate text-muted-foreground">
          {isCurrent ? "This is the file as it is now." : "What has changed since this version."}
        </p>
        {canEdit && !isCurrent && isThere && (
          <Button size="sm" disabled={restore.isPending} onClick={() => restore.mutate()}>
            Restore
          </Button>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-auto">
        {isThere && <Difference workspaceId={workspaceId} path={path} seq={version.seq} />}
      </div>
    </>
  );
}

type DifferenceProps = { workspaceId: string; path: string; seq: number };

function Difference({ workspaceId, path, seq }: DifferenceProps) {
  const then = useQuery({ ...versionQuery(workspaceId, path, seq), retry: false });
  const now = useQuery({ ...fileQuery(workspaceId, path), retry: false });
  if (then.isPending || now.isPending) return <Skeleton className="m-4 h-48" />;
  if (then.isError) return <p className="p-4 text-sm text-danger">{errorText(then.error)}</p>;
  if (then.data.text === null)
    return (
      <p className="p-4 text-sm text-muted-foreground">
        {then.data.reason === "binary"
          ? "This version is no text, so it can’t be compared here. It can be restored."
          : "This version is too large to be compared here. It can be restored."}
      </p>
    );
  return (
    <LazyDiffEditor
      path={path}
      before={then.data.text}
      after={now.data?.text ?? ""}
      isSideBySide={false}
      isFilling
    />
  );
}

function useRestore(path: string, seq: number) {
  const { workspaceId } = useFiles();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => restoreVersion(workspaceId, path, seq),
    onSuccess: () => showToast("Restored. The state before it is in the history too."),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
    onSettled: () => client.invalidateQueries({ queryKey: fileKeys.all(workspaceId) }),
  });
}
