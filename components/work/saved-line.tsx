"use client";
import { HistoryIcon } from "lucide-react";
import type { ReactNode } from "react";
import { exactTime } from "@/lib/client/format";
import { useElapsed } from "@/lib/client/use-elapsed";
import type { WorkroomView } from "@/lib/protocol/views";

type SavedLineProps = {
  workroom: WorkroomView;
  /** When the files were saved that are shown; `null` when they never were. */
  savedAt: string | null;
  /** What follows from it. */
  children: ReactNode;
};

/** While the employee works, what is shown is the state saved last: says so, and how old it is. */
export function SavedLine({ workroom, savedAt, children }: SavedLineProps) {
  if (!workroom.isWorking) return null;
  return (
    <p className="flex gap-2 bg-muted px-3 py-2 text-[0.8125rem] text-muted-foreground">
      <HistoryIcon aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>
        {savedAt === null ? "Nothing was saved yet." : <SavedAgo at={savedAt} />} {children}
      </span>
    </p>
  );
}

function SavedAgo({ at }: { at: string }) {
  const { seconds, words } = useElapsed(at);
  return (
    <>
      Files as of the last saved state,{" "}
      <time dateTime={at} title={exactTime(at)} className="tabular-nums" suppressHydrationWarning>
        {seconds < 2 ? "just now" : `${words} ago`}
      </time>
      .
    </>
  );
}
