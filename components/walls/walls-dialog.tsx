"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCwIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { probeWalls, wallsQuery } from "@/lib/client/queries/workrooms";
import type { WallsView } from "@/lib/protocol/views";
import { WallRow } from "./wall-row";
import { byUrgency, wallsSentence } from "./walls-sentence";

type WallsDialogProps = {
  workroomId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
};

/** What was tried to get out of this very room, and how it went. */
export function WallsDialog({ workroomId, open, onOpenChange }: WallsDialogProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title="The walls of this workroom"
        description="Each row is an attack that a program in this room could try. It is really tried, in this room; a wall holds when the attack fails."
        className="md:max-w-2xl"
      >
        <WallsBody workroomId={workroomId} />
      </DialogContent>
    </Dialog>
  );
}

function WallsBody({ workroomId }: { workroomId: string }) {
  const client = useQueryClient();
  const walls = useQuery({ ...wallsQuery(workroomId), staleTime: 0 });
  const check = useMutation({
    mutationFn: () => probeWalls(workroomId),
    onSuccess: (view) => client.setQueryData(wallsQuery(workroomId).queryKey, view),
  });
  const checkButton = (
    <Button size="sm" disabled={check.isPending} onClick={() => check.mutate()}>
      {check.isPending ? <Spinner /> : <RotateCwIcon aria-hidden />}
      {check.isPending ? "Checking…" : "Check again"}
    </Button>
  );
  if (walls.isPending) return <WallsSkeleton />;
  if (walls.isError && !walls.data) {
    return (
      <ErrorState
        title="Can’t read the checks"
        message={errorText(walls.error)}
        onRetry={() => void walls.refetch()}
      />
    );
  }
  if (walls.data.probes.length === 0) {
    return (
      <EmptyState title="Not checked yet" action={checkButton}>
        {check.isError
          ? errorText(check.error)
          : "The walls are checked when the workroom starts. You can also check now."}
      </EmptyState>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Summary walls={walls.data} />
        {checkButton}
      </div>
      {check.isError && (
        <p role="alert" className="text-sm text-danger">
          {errorText(check.error)}
        </p>
      )}
      <ul className="divide-y rounded-lg border">
        {byUrgency(walls.data.probes).map((probe) => (
          <WallRow key={probe.id} probe={probe} />
        ))}
      </ul>
    </>
  );
}

function Summary({ walls }: { walls: WallsView }) {
  return (
    <p className="text-sm" aria-live="polite">
      {wallsSentence(walls.probes)}{" "}
      {walls.checkedAt && (
        <span className="text-muted-foreground">
          Checked <RelativeTime at={walls.checkedAt} />.
        </span>
      )}
    </p>
  );
}

const WallsSkeleton = () => (
  <div className="flex flex-col gap-2">
    {["a", "b", "c", "d", "e"].map((key) => (
      <Skeleton key={key} className="h-11" />
    ))}
  </div>
);
