"use client";
import { CircleAlertIcon, MoonIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { Spinner } from "@/components/ui/spinner";
import { useRoomAccess } from "@/lib/client/room-access";
import type { WorkroomView } from "@/lib/protocol/views";
import { WakeButton } from "./wake-button";
import { useWork } from "./work-context";

type RoomStateNoticeProps = {
  /** What the person came for, in the sentence "… needs the workroom to be awake." */
  what: string;
};

/** Whether programs run in this room now. */
export const isAwake = (workroom: WorkroomView): boolean => workroom.state === "active";

/** Stands in for what needs a running sandbox while there is none: why, and one button. */
export function RoomStateNotice({ what }: RoomStateNoticeProps) {
  const { workroom, askEmployee } = useWork();
  const { canEdit } = useRoomAccess();
  if (workroom.state === "booting") {
    return (
      <EmptyState icon={<Spinner className="size-6" />} title="The workroom is starting">
        <span aria-live="polite">{workroom.transition ?? "This takes a few seconds."}</span>
      </EmptyState>
    );
  }
  if (workroom.state === "failed") {
    return (
      <EmptyState
        icon={<CircleAlertIcon aria-hidden className="text-danger" />}
        title="The workroom did not start"
        action={
          <>
            <WakeButton workroomId={workroom.id} label="Start again" />
            {canEdit && (
              <Button
                onClick={() =>
                  askEmployee(
                    `The workroom did not start${workroom.failure ? `: ${workroom.failure}` : ""}. Please find out why and fix it.`,
                  )
                }
              >
                Ask to fix it
              </Button>
            )}
          </>
        }
      >
        {workroom.failure ?? "Starting it again often helps. Files and history are safe."}
      </EmptyState>
    );
  }
  if (workroom.state === "archived") {
    return (
      <EmptyState icon={<MoonIcon aria-hidden />} title="This workroom is archived">
        {what} needs a running workroom.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<MoonIcon aria-hidden />}
      title="The workroom is asleep"
      action={<WakeButton workroomId={workroom.id} />}
    >
      {what} needs it to be awake. Nothing was lost; waking takes a few seconds.
    </EmptyState>
  );
}
