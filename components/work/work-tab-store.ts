"use client";
import { useSyncExternalStore } from "react";

export const workTabs = ["preview", "files", "changes", "terminal", "run", "app"] as const;
export type WorkTab = (typeof workTabs)[number];

/** A wish to see one file in a tab. `id` grows, so that the same wish can be made twice. */
export type OpenRequest = { id: number; workroomId: string; tab: WorkTab; path: string };

type WorkTabState = { tab: WorkTab; request: OpenRequest | null };

const STORAGE_KEY = "workroom.work-tab";
const serverState: WorkTabState = { tab: "preview", request: null };
const listeners = new Set<() => void>();
let state: WorkTabState | null = null;
let lastRequestId = 0;

function readState(): WorkTabState {
  state ??= { tab: rememberedTab(), request: null };
  return state;
}

function rememberedTab(): WorkTab {
  try {
    const stored = localStorage.getItem(STORAGE_KEY);
    return workTabs.find((tab) => tab === stored) ?? "preview";
  } catch {
    // Storage can be switched off; then the tab is simply not remembered.
    return "preview";
  }
}

function change(next: WorkTabState): void {
  state = next;
  try {
    localStorage.setItem(STORAGE_KEY, next.tab);
  } catch {
    // See rememberedTab.
  }
  for (const listener of listeners) listener();
}

/** Shows a tab of the work panel; with a path also that file in it (Files, Preview, Changes). */
export function openWorkTab(workroomId: string, tab: WorkTab, path?: string): void {
  lastRequestId += 1;
  change({
    tab,
    request:
      path === undefined ? readState().request : { id: lastRequestId, workroomId, tab, path },
  });
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
};

export function useWorkTab(): WorkTabState {
  return useSyncExternalStore(subscribe, readState, () => serverState);
}

/** The newest wish to see a file in this tab of this room, or `null`. */
export function useOpenRequest(workroomId: string, tab: WorkTab): OpenRequest | null {
  const { request } = useWorkTab();
  return request?.workroomId === workroomId && request.tab === tab ? request : null;
}
