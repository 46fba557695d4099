"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleAlertIcon, CircleCheckIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { errorText } from "@/lib/client/api";
import { formatBytes, formatCount } from "@/lib/client/format";
import { isMoving, stopMove, workspaceStorageQuery } from "@/lib/client/queries/storages";
import { showToast } from "@/lib/client/toast";
import type { StorageMoveView } from "@/lib/protocol/storages";

const stateWords = {
  copying: "Copying and checking",
  verifying: "Checking that nothing is missing",
  switching: "Switching over",
} as const;

type StorageProgressProps = { workspaceId: string; move: StorageMoveView; canStop: boolean };

/** How far a move is, or how the last one ended. */
export function StorageProgress({ workspaceId, move, canStop }: StorageProgressProps) {
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => stopMove(workspaceId),
    onSuccess: (place) => client.setQueryData(workspaceStorageQuery(workspaceId).queryKey, place),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  if (!isMoving(move)) return <LastMove move={move} />;
  const { state, objects, totalObjects, bytes, totalBytes, failure } = move;
  const isCounted = totalObjects !== null && totalBytes !== null;
  return (
    <div aria-live="polite" className="flex flex-col gap-2 rounded-lg border bg-card px-4 py-3">
      <div className="flex items-center justify-between gap-3">
        <span className="font-medium">{stateWords[state as keyof typeof stateWords]}</span>
        {canStop && state !== "switching" && (
          <Button size="sm" variant="ghost" disabled={stop.isPending} onClick={() => stop.mutate()}>
            Stop
          </Button>
        )}
      </div>
      <progress
        aria-label="Progress of the move"
        className="h-1.5 w-full overflow-hidden rounded-full accent-primary"
        {...(isCounted && { max: Math.max(totalObjects, 1), value: objects })}
      />
      {isCounted && (
        <p className="text-[0.8125rem] text-muted-foreground tabular-nums">
          {formatCount(objects)} of {formatCount(totalObjects)} objects, {formatBytes(bytes)} of{" "}
          {formatBytes(totalBytes)}
        </p>
      )}
      {failure && (
        <p className="text-[0.8125rem] text-danger">
          {failure} It goes on by itself once that is over.
        </p>
      )}
    </div>
  );
}

function LastMove({ move }: { move: StorageMoveView }) {
  if (move.state === "failed")
    return (
      <p aria-live="polite" className="flex gap-1.5 text-[0.8125rem] text-danger">
        <CircleAlertIcon aria-hidden className="mt-0.5 size-3.5 shrink-0" />
        <span>The files were not moved. {move.failure}</span>
      </p>
    );
  if (move.state !== "done") return null;
  return (
    <p aria-live="polite" className="flex gap-1.5 text-[0.8125rem] text-muted-foreground">
      <CircleCheckIcon aria-hidden className="mt-0.5 size-3.5 shrink-0 text-success" />
      <span>
        All {formatCount(move.objects)} objects ({formatBytes(move.bytes)}) were moved and checked.
      </span>
    </p>
  );
}
