"use client";
import { useRoomAccess } from "@/lib/client/room-access";
import { useWork } from "../work/work-context";
import { RunPanel } from "./run-panel";

/** The Run tab of a workroom. */
export function RoomRun() {
  const { workroom } = useWork();
  const { canEdit } = useRoomAccess();
  return <RunPanel workspaceId={workroom.id} roomId={workroom.id} canRun={canEdit} />;
}
