"use client";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";

const SAVE_AFTER_MS = 300;
const never = () => () => undefined;

/** Text that survives a reload: kept in this browser under `key` until it is emptied. */
export function useDraftText(key: string): [string, (text: string) => void] {
  // The server has no storage, so the kept text comes with the first render in the browser.
  const kept = useSyncExternalStore(
    never,
    () => readText(key),
    () => "",
  );
  const [typed, setTyped] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const change = (next: string) => {
    setTyped(next);
    clearTimeout(timer.current);
    if (next === "") keepText(key, next);
    else timer.current = setTimeout(() => keepText(key, next), SAVE_AFTER_MS);
  };
  return [typed ?? kept, change];
}

function readText(key: string): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function keepText(key: string, text: string): void {
  try {
    if (text === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // Storage is full or forbidden: the text is still in the field.
  }
}
