"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { errorText } from "@/lib/client/api";
import {
  deleteWorkroom,
  dropWorkroom,
  sleepWorkroom,
  storeWorkroom,
  wakeWorkroom,
} from "@/lib/client/queries/workrooms";
import { showToast } from "@/lib/client/toast";
import type { WorkroomView } from "@/lib/protocol/views";

const tell = (error: unknown) => showToast(errorText(error), { tone: "error" });

export type RoomActions = ReturnType<typeof useRoomActions>;

/** Sleep, wake and delete of one workroom. */
export function useRoomActions(workroom: WorkroomView, orgSlug: string) {
  const client = useQueryClient();
  const router = useRouter();
  const onSuccess = (view: WorkroomView) => storeWorkroom(client, view);
  const sleep = useMutation({
    mutationFn: () => sleepWorkroom(workroom.id),
    onSuccess,
    onError: tell,
  });
  const wake = useMutation({
    mutationFn: () => wakeWorkroom(workroom.id),
    onSuccess,
    onError: tell,
  });
  const remove = useMutation({
    mutationFn: () => deleteWorkroom(workroom.id),
    onSuccess: () => {
      router.push(`/${orgSlug}`);
      dropWorkroom(client, workroom.id);
    },
    onError: tell,
  });
  return { sleep, wake, remove };
}
