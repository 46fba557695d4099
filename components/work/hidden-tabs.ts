"use client";
import { useSyncExternalStore } from "react";
import { type WorkTab, workTabs } from "./work-tab-store";

const STORAGE_KEY = "workroom.hidden-tabs";
/** Until a person has chosen: what few need does not crowd the panel. */
const usuallyHidden: ReadonlySet<WorkTab> = new Set(["run"]);
const listeners = new Set<() => void>();
let hidden: ReadonlySet<WorkTab> | null = null;

function readHidden(): ReadonlySet<WorkTab> {
  hidden ??= rememberedTabs();
  return hidden;
}

function rememberedTabs(): ReadonlySet<WorkTab> {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    if (stored === null) return usuallyHidden;
    const names = new Set(stored.split(" "));
    const tabs = workTabs.filter((tab) => names.has(tab));
    return tabs.length < workTabs.length ? new Set(tabs) : usuallyHidden;
  } catch {
    // Storage can be switched off; then the usual tabs show.
    return usuallyHidden;
  }
}

/** Hides a tab of the work panel in every room of this browser, or shows it again. The last one stays. */
export function hideWorkTab(tab: WorkTab, isHidden: boolean): void {
  const next = new Set(readHidden());
  if (isHidden) next.add(tab);
  else next.delete(tab);
  if (next.size === workTabs.length) return;
  hidden = next;
  try {
    localStorage.setItem(STORAGE_KEY, [...next].join(" "));
  } catch {
    // See rememberedTabs.
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

/** The tabs this person has put away. */
export const useHiddenTabs = (): ReadonlySet<WorkTab> =>
  useSyncExternalStore(subscribe, readHidden, () => usuallyHidden);
