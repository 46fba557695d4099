"use client";
import { CircleAlertIcon } from "lucide-react";
import { InstallationBanners } from "@/components/app/installation-banners";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";
import { useRoomAccess } from "@/lib/client/room-access";
import type { WorkroomView } from "@/lib/protocol/views";
import type { RoomActions } from "./use-room-actions";

/** What stands in the way of working in this room, and what to do about it. */
export function RoomBanners({
  workroom,
  actions,
}: {
  workroom: WorkroomView;
  actions: RoomActions;
}) {
  const { canEdit } = useRoomAccess();
  return (
    <>
      <InstallationBanners />
      {workroom.state === "failed" && (
        <Banner
          tone="danger"
          icon={<CircleAlertIcon aria-hidden />}
          action={
            canEdit && (
              <Button
                size="sm"
                disabled={actions.wake.isPending}
                onClick={() => actions.wake.mutate()}
              >
                {actions.wake.isPending && <Spinner />} Start it again
              </Button>
            )
          }
        >
          {workroom.failure ?? "This workroom could not be started."} Files and chat are safe.
        </Banner>
      )}
    </>
  );
}
