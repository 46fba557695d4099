"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { errorText } from "@/lib/client/api";
import { wakeWorkroom, workroomKeys } from "@/lib/client/queries/workrooms";
import { useRoomAccess } from "@/lib/client/room-access";
import { showToast } from "@/lib/client/toast";

type WakeButtonProps = { workroomId: string; label?: string; size?: "sm" | "md" };

export function WakeButton({ workroomId, label = "Wake workroom", size = "md" }: WakeButtonProps) {
  const client = useQueryClient();
  const { canEdit } = useRoomAccess();
  const wake = useMutation({
    mutationFn: () => wakeWorkroom(workroomId),
    onSuccess: (workroom) => client.setQueryData(workroomKeys.detail(workroomId), workroom),
    onError: (error) => showToast(errorText(error), { tone: "error" }),
  });
  if (!canEdit) return null;
  return (
    <Button variant="primary" size={size} disabled={wake.isPending} onClick={() => wake.mutate()}>
      {wake.isPending && <Spinner />}
      {wake.isPending ? "Waking…" : label}
    </Button>
  );
}
