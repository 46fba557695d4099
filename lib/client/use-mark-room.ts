"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { errorText } from "@/lib/client/api";
import { notificationsQuery } from "@/lib/client/queries/notifications";
import { markWorkroom, type RoomMark, storeWorkroom } from "@/lib/client/queries/workrooms";
import { showToast } from "@/lib/client/toast";
import type { WorkroomView } from "@/lib/protocol/views";

/** Rooms that a person has marked as unread while looking at them: they stay so until the person has left. */
export const keptUnread = new Set<string>();

/** Notes something about a room for oneself: shown at once, taken back when the server says no. */
export function useMarkRoom(workroom: WorkroomView): (mark: RoomMark) => void {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (mark: RoomMark) => markWorkroom(workroom.id, mark),
    onMutate: ({ isRead, ...marks }) => {
      if (isRead === false) keptUnread.add(workroom.id);
      const isUnread = isRead === undefined ? workroom.isUnread : !isRead;
      storeWorkroom(client, { ...workroom, ...marks, isUnread });
    },
    onSuccess: (view, { isRead }) => {
      storeWorkroom(client, view);
      // Its notifications are read with it; what was fetched before the answer did not know.
      if (isRead) void client.invalidateQueries({ queryKey: notificationsQuery().queryKey });
    },
    onError: (error) => {
      storeWorkroom(client, workroom);
      showToast(errorText(error), { tone: "error" });
    },
  });
  return change.mutate;
}
