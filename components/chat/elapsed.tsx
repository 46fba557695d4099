"use client";
import { useEffect, useState } from "react";

/** "5 s", "1 min 05 s": always whole seconds, so that it does not flicker. */
const elapsedWords = (seconds: number) =>
  seconds < 60
    ? `${seconds} s`
    : `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;

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
      {elapsedWords(seconds)}
    </span>
  );
}
