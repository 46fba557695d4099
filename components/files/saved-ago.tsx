"use client";
import { CloudCheckIcon } from "lucide-react";
import { exactTime } from "@/lib/client/format";
import { useElapsed } from "@/lib/client/use-elapsed";

/** When the last change of a workspace became safe: from then on the loss of its disk can't take it. */
export function SavedAgo({ at }: { at: string }) {
  const { seconds, words } = useElapsed(at);
  return (
    <p className="flex items-center gap-1.5 border-t px-3 py-1.5 text-xs text-muted-foreground">
      <CloudCheckIcon aria-hidden className="size-3.5 shrink-0" />
      <span>
        Saved{" "}
        <time dateTime={at} title={exactTime(at)} className="tabular-nums" suppressHydrationWarning>
          {seconds < 2 ? "just now" : `${words} ago`}
        </time>
      </span>
    </p>
  );
}
