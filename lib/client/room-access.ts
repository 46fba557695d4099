"use client";
import { createContext, use } from "react";
import type { ViewerView, WorkroomView } from "@/lib/protocol/views";

/** What the one who looks may do in the room around. */
export type RoomAccess = {
  canEdit: boolean;
  /** Publish, share, delete. */
  canOwn: boolean;
  /** Why not, and whom to ask, in plain words. */
  reason: string;
};

const everything: RoomAccess = { canEdit: true, canOwn: true, reason: "" };

export const RoomAccessContext = createContext<RoomAccess>(everything);
export const useRoomAccess = (): RoomAccess => use(RoomAccessContext);

/** Whose hands the turn that runs has, when they are not the viewer's. */
export const ActingAsContext = createContext<WorkroomView["actingAs"]>(null);
export const useActingAs = () => use(ActingAsContext);

export const roomAccessOf = (
  { access, createdBy }: WorkroomView,
  viewer: ViewerView | undefined,
): RoomAccess => ({
  canEdit: access !== "view",
  canOwn: access === "own",
  reason:
    viewer?.role === "viewer"
      ? `You can look at this room. To work in ${viewer.org.name}, ask an admin to make you a member.`
      : `You can look at this room. Ask ${createdBy.name} for more.`,
});
