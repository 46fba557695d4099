"use client";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { viewerQuery } from "@/lib/client/queries/viewer";
import { ActingAsContext, RoomAccessContext, roomAccessOf } from "@/lib/client/room-access";
import type { WorkroomView } from "@/lib/protocol/views";

type RoomAccessProviderProps = { workroom: WorkroomView; children: ReactNode };

/** Tells everything in the room what the one who looks may do, and whose hands are at work. */
export function RoomAccessProvider({ workroom, children }: RoomAccessProviderProps) {
  const { data: viewer } = useQuery(viewerQuery());
  const { canEdit, canOwn, reason } = roomAccessOf(workroom, viewer);
  // The same object until it changes: each turn of a long chat reads it.
  const access = useMemo(() => ({ canEdit, canOwn, reason }), [canEdit, canOwn, reason]);
  const { actingAs } = workroom;
  return (
    <RoomAccessContext value={access}>
      <ActingAsContext value={actingAs?.id === viewer?.user.id ? null : actingAs}>
        {children}
      </ActingAsContext>
    </RoomAccessContext>
  );
}
