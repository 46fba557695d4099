"use client";
import { useState, useSyncExternalStore } from "react";

const KEY = "workroom.work-open";
const never = () => () => undefined;

function readOpen(): boolean {
  try {
    return localStorage.getItem(KEY) !== "no";
  } catch {
    return true;
  }
}

/** Whether the right side is open; kept for the next visit. */
export function useWorkOpen(): [boolean, (isOpen: boolean) => void] {
  const kept = useSyncExternalStore(never, readOpen, () => true);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const change = (isOpen: boolean) => {
    setChosen(isOpen);
    try {
      localStorage.setItem(KEY, isOpen ? "yes" : "no");
    } catch {
      // Not kept, then.
    }
  };
  return [chosen ?? kept, change];
}
