"use client";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";
import { useLiveSocket } from "@/lib/client/live-context";
import { presenceQuery } from "@/lib/client/queries/presence";
import { keptUnread, useMarkRoom } from "@/lib/client/use-mark-room";
import { usePageVisible } from "@/lib/client/use-page-visible";
import type { PresentPerson } from "@/lib/protocol/live";
import type { WorkroomView } from "@/lib/protocol/views";

/** Says that the person is here while the page can be seen, and answers who is. What happens meanwhile is read. */
export function useRoomPresence(workroom: WorkroomView): readonly PresentPerson[] {
  const socket = useLiveSocket();
  const isVisible = usePageVisible();
  const { data: people = [] } = useQuery(presenceQuery(workroom.id));
  const mark = useMarkRoom(workroom);
  const { id, isUnread } = workroom;
  useEffect(() => {
    if (!isVisible) return;
    socket.viewRoom(id);
    return () => {
      socket.viewRoom(null);
      keptUnread.delete(id);
    };
  }, [socket, id, isVisible]);
  const read = useEffectEvent(() => {
    if (!keptUnread.has(id)) mark({ isRead: true });
  });
  useEffect(() => {
    if (isVisible && isUnread) read();
  }, [isVisible, isUnread]);
  return people;
}
