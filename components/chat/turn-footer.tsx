"use client";
import { useMutation } from "@tanstack/react-query";
import { CircleAlertIcon, FileDiffIcon, RotateCcwIcon, Undo2Icon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { countOf } from "@/lib/client/format";
import { undoTurn } from "@/lib/client/queries/chats";
import { useRoomAccess } from "@/lib/client/room-access";
import type { TurnView } from "@/lib/protocol/views";
import { Elapsed } from "./elapsed";
import { endingWords, undoWords, usageWords } from "./turn-words";

type TurnFooterProps = {
  view: TurnView;
  onOpenChanges: () => void;
  /** Puts the turn's message back where a person writes. */
  onWriteAgain: () => void;
};

function Ending({ view }: { view: TurnView }) {
  if (view.state === "running")
    return (
      <span className="flex items-center gap-2">
        <Spinner className="size-3.5" /> Working <Elapsed since={view.startedAt} />
      </span>
    );
  const isBad = view.state === "failed" || view.state === "limit" || view.state === "interrupted";
  const words = [endingWords(view, view.state), view.message].filter(Boolean).join(". ");
  if (!isBad) return <span>{view.state === "done" ? endingWords(view, "done") : words}</span>;
  return (
    <span className="flex gap-2 rounded-md bg-warning-muted px-2.5 py-1.5 text-warning">
      <CircleAlertIcon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{words.replace(/([^.!?])$/, "$1.")}</span>
    </span>
  );
}

function UndoButton({ view }: { view: TurnView }) {
  const undo = useMutation({ mutationFn: () => undoTurn(view.id) });
  if (undo.data)
    return <output className="px-2.5">{undoWords(undo.data.reverted, undo.data.kept)}</output>;
  if (view.undo === "done") return <span className="px-2.5">Undone</span>;
  const isBusy = undo.isPending || view.undo === "running";
  if (view.undo === "nothing" && !isBusy) return null;
  return (
    <>
      <Button variant="ghost" size="sm" disabled={isBusy} onClick={() => undo.mutate()}>
        {isBusy ? <Spinner /> : <Undo2Icon aria-hidden />}
        {isBusy ? "Undoing…" : "Undo this turn"}
      </Button>
      {undo.isError && (
        <span role="alert" className="text-danger">
          {errorText(undo.error)}
        </span>
      )}
    </>
  );
}

/** How the turn stands, what it cost and changed, and how to take it back. */
export function TurnFooter({ view, onOpenChanges, onWriteAgain }: TurnFooterProps) {
  const { canEdit } = useRoomAccess();
  const usage = usageWords(view);
  const isOver = view.state !== "running";
  const canTryAgain = view.state === "failed" || view.state === "interrupted";
  return (
    <footer className="flex flex-col gap-1 text-[0.8125rem] text-muted-foreground">
      <div className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1">
        <Ending view={view} />
        {usage && <span className="tabular-nums">{usage}</span>}
      </div>
      {isOver && (
        <div className="-ml-2.5 flex flex-wrap items-center gap-1 empty:hidden">
          {view.changedFiles !== null && view.changedFiles > 0 && (
            <Button variant="ghost" size="sm" onClick={onOpenChanges}>
              <FileDiffIcon aria-hidden /> {countOf(view.changedFiles, "file")} changed
            </Button>
          )}
          {canEdit && <UndoButton view={view} />}
          {canEdit && canTryAgain && (
            <Button variant="ghost" size="sm" onClick={onWriteAgain}>
              <RotateCcwIcon aria-hidden /> Try again
            </Button>
          )}
        </div>
      )}
    </footer>
  );
}
