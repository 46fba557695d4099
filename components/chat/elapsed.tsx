"use client";
import { useElapsed } from "@/lib/client/use-elapsed";

/** Whole seconds since `since`, while something runs. */
export function Elapsed({ since }: { since: string }) {
  const { seconds, words } = useElapsed(since);
  if (seconds < 2) return null;
  return (
    <span className="tabular-nums" suppressHydrationWarning>
      {words}
    </span>
  );
}
