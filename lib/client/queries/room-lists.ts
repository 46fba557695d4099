import type { InfiniteData } from "@tanstack/react-query";
import { matchesFilter } from "@/lib/client/matches-filter";
import type { WorkroomView } from "@/lib/protocol/views";

export type RoomPages = InfiniteData<
  { workrooms: WorkroomView[]; nextCursor: string | null },
  string | null
>;

/** In which of the three lists a room is, for the one who looks. */
export function listOf(workroom: WorkroomView, viewerId: string): "mine" | "shared" | "team" {
  if (workroom.createdBy.id === viewerId) return "mine";
  return workroom.openness === "open" ? "team" : "shared";
}

/** Whether the list of these views ("mine,team") with this search has the room. */
export const isListedIn = (workroom: WorkroomView, viewerId: string, views: string, q: string) =>
  !workroom.isDraft &&
  views.split(",").includes(listOf(workroom, viewerId)) &&
  matchesFilter(workroom.title, q);

/** The pages with the newer view of a room: where it was, or on top when it is new there. */
export function withRoom(lists: RoomPages, workroom: WorkroomView, belongs: boolean): RoomPages {
  const isThere = lists.pages.some(({ workrooms }) =>
    workrooms.some(({ id }) => id === workroom.id),
  );
  if (!isThere && !belongs) return lists;
  const pages = lists.pages.map((page, index) => ({
    ...page,
    workrooms: isThere
      ? page.workrooms.map((room) => (room.id === workroom.id ? workroom : room))
      : index === 0
        ? [workroom, ...page.workrooms]
        : page.workrooms,
  }));
  return { ...lists, pages };
}

export const withoutRoom = (lists: RoomPages, workroomId: string): RoomPages => ({
  ...lists,
  pages: lists.pages.map((page) => ({
    ...page,
    workrooms: page.workrooms.filter(({ id }) => id !== workroomId),
  })),
});

/** Every room once, last active first. */
export function mergeRooms(...lists: readonly (readonly WorkroomView[])[]): WorkroomView[] {
  const byId = new Map(lists.flat().map((room) => [room.id, room]));
  return [...byId.values()].toSorted((a, b) => b.lastActiveAt.localeCompare(a.lastActiveAt));
}
