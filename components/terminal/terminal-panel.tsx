"use client";
import { SquareTerminalIcon } from "lucide-react";
import { EmptyState } from "@/components/ui/empty-state";
import { useRoomAccess } from "@/lib/client/room-access";
import { isAwake, RoomStateNotice } from "../work/room-state-notice";
import { useWork } from "../work/work-context";
import { TerminalShell } from "./terminal-shell";

/** A shell in the room, as the agent's own user. It lives on while nobody looks. */
export function TerminalPanel({ isVisible }: { isVisible: boolean }) {
  const { workroom } = useWork();
  const { canEdit, reason } = useRoomAccess();
  if (!canEdit)
    return (
      <EmptyState icon={<SquareTerminalIcon aria-hidden />} title="No terminal for you here">
        {reason}
      </EmptyState>
    );
  if (!isAwake(workroom)) return <RoomStateNotice what="The terminal" />;
  return <TerminalShell workroomId={workroom.id} isVisible={isVisible} />;
}
