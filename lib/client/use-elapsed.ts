"use client";
import { useEffect, useState } from "react";

/** Whole seconds since a time, and as words: "5 s", "1 min 05 s". Always whole, so that it does not flicker. */
export function useElapsed(since: string): { seconds: number; words: string } {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - new Date(since).getTime()) / 1_000));
  return { seconds, words: elapsedWords(seconds) };
}

function elapsedWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
}
