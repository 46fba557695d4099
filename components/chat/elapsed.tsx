"use client";
import { useEffect, useState } from "react";
import { formatDuration } from "@/lib/client/format";

/** Whole seconds since `since`, while something runs. */
export function Elapsed({ since }: { since: string }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.floor((now - new Date(since).getTime()) / 1_000);
  if (seconds < 2) return null;
  return (
    <span className="tabular-nums" suppressHydrationWarning>
      {formatDuration(seconds * 1_000)}
    </span>
  );
}
