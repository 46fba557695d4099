"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useRef } from "react";
import { chatsQuery } from "@/lib/client/queries/chats";

/**
 * Calls back when a turn of any chat of the room has left files changed, or an undo has set them back. A turn that
 * changed nothing is no reason to make the page jump that a person looks at.
 */
export function useFilesMoved(workroomId: string, onMove: () => void): void {
  const { data: chats } = useQuery(chatsQuery(workroomId));
  const newest = chats
    ?.map(({ filesMovedAt }) => filesMovedAt ?? "")
    .toSorted()
    .at(-1);
  const known = useRef(newest);
  const moved = useEffectEvent(onMove);
  useEffect(() => {
    if (newest === undefined || newest === known.current) return;
    const isFirstLook = known.current === undefined;
    known.current = newest;
    if (!isFirstLook) moved();
  }, [newest]);
}
