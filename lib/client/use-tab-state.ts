"use client";
import { useEffect } from "react";
import { readRoomState, type RoomTone } from "@/lib/client/room-state";
import type { WorkroomView } from "@/lib/protocol/views";

const colors: Record<RoomTone, string> = {
  busy: "#5b5bd6",
  ready: "#30a46c",
  asleep: "#8b8d98",
  bad: "#e5484d",
};

const iconOf = (tone: RoomTone) =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1c2024"/><circle cx="16" cy="16" r="7" fill="${colors[tone]}"/></svg>`,
  )}`;

/** Lets title and icon of the browser's tab tell how the room is, for when the person is in another tab. */
export function useTabState(workroom: WorkroomView): void {
  const { tone } = readRoomState(workroom);
  const title = `${workroom.isWorking ? "● " : ""}${workroom.title} · Workroom`;
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
  useEffect(() => {
    const link = document.createElement("link");
    link.rel = "icon";
    link.href = iconOf(tone);
    document.head.append(link);
    return () => link.remove();
  }, [tone]);
}
