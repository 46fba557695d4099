"use client";
import { useQuery } from "@tanstack/react-query";
import { viewerQuery } from "@/lib/client/queries/viewer";
import type { WorkroomView } from "@/lib/protocol/views";
import { PeopleHere } from "./people-here";
import { ShareButton } from "./share-button";
import { useRoomPresence } from "./use-room-presence";

type RoomPeopleProps = { workroom: WorkroomView; onOpenShare: () => void };

/** Who else is here, and who can come. A person who is alone has nobody to share with. */
export function RoomPeople({ workroom, onOpenShare }: RoomPeopleProps) {
  const { data: viewer } = useQuery(viewerQuery());
  const people = useRoomPresence(workroom);
  return (
    <>
      <PeopleHere people={people} viewerId={viewer?.user.id ?? ""} />
      {viewer?.isTeam && <ShareButton workroom={workroom} onClick={onOpenShare} />}
    </>
  );
}
