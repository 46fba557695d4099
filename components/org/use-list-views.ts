"use client";
import { useState, useSyncExternalStore } from "react";
import { usualViews } from "@/lib/client/usual-views";
import { type WorkroomListView, workroomListViews } from "@/lib/protocol/view-names";

const keyOf = (userId: string) => `workroom.views.${userId}`;
const never = () => () => undefined;

function readKept(userId: string): string {
  try {
    return localStorage.getItem(keyOf(userId)) ?? "";
  } catch {
    return "";
  }
}

/** Which lists the sidebar shows: several at once, at least one, kept for each person in this browser. */
export function useListViews(userId: string, isTeam: boolean) {
  const kept = useSyncExternalStore(
    never,
    () => readKept(userId),
    () => "",
  );
  const [chosen, setChosen] = useState<readonly WorkroomListView[] | null>(null);
  const names = kept.split(",");
  const found = workroomListViews.filter((view) => names.includes(view));
  const views = isTeam
    ? (chosen ?? (found.length > 0 ? found : usualViews(true)))
    : usualViews(false);
  const toggle = (view: WorkroomListView) => {
    const isOn = views.includes(view);
    if (isOn && views.length === 1) return;
    const next = workroomListViews.filter((one) => (one === view ? !isOn : views.includes(one)));
    setChosen(next);
    try {
      localStorage.setItem(keyOf(userId), next.join(","));
    } catch {
      // Not kept, then.
    }
  };
  return { views, toggle };
}
