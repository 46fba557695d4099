import { infiniteQueryOptions, queryOptions, type QueryClient } from "@tanstack/react-query";
import { ApiError, api } from "@/lib/client/api";
import { agentKeys } from "./agents";
import { chatKeys } from "./chats";
import { noteNews } from "./notifications";
import { isListedIn, type RoomPages, withoutRoom, withRoom } from "./room-lists";
import { viewerQuery } from "./viewer";
import { workspaceKeys } from "./workspaces";
import type { WallsView, WorkroomView } from "@/lib/protocol/views";
import type { WorkroomListView } from "@/lib/protocol/view-names";

export const workroomKeys = {
  lists: ["workrooms"] as const,
  pages: (views: readonly WorkroomListView[], q: string) =>
    ["workrooms", "pages", views.join(","), q] as const,
  front: (views: readonly WorkroomListView[]) => ["workrooms", "front", views.join(",")] as const,
  detail: (workroomId: string) => ["workroom", workroomId] as const,
  walls: (workroomId: string) => ["workroom", workroomId, "walls"] as const,
};

type RoomPage = RoomPages["pages"][number];

/** The rooms of some views, last active first, page by page; `q`: with these words in their titles. */
export const roomPagesQuery = (views: readonly WorkroomListView[], q = "") =>
  infiniteQueryOptions({
    queryKey: workroomKeys.pages(views, q),
    queryFn: ({ signal, pageParam }) =>
      api<RoomPage>("/workrooms", {
        query: {
          views: views.join(","),
          ...(q !== "" && { q }),
          ...(pageParam !== null && { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    staleTime: 30_000,
  });

/** What stands at the top of those views however old it is: pinned, at work, or in need of the person. */
export const frontRoomsQuery = (views: readonly WorkroomListView[]) =>
  queryOptions({
    queryKey: workroomKeys.front(views),
    queryFn: async ({ signal }) =>
      (
        await api<RoomPage>("/workrooms", {
          query: { views: views.join(","), group: "front" },
          signal,
        })
      ).workrooms,
    staleTime: 30_000,
  });

export const workroomQuery = (workroomId: string) =>
  queryOptions({
    queryKey: workroomKeys.detail(workroomId),
    queryFn: ({ signal }) => api<WorkroomView>(`/workrooms/${workroomId}`, { signal }),
    staleTime: 30_000,
  });

export const wallsQuery = (workroomId: string) =>
  queryOptions({
    queryKey: workroomKeys.walls(workroomId),
    queryFn: ({ signal }) => api<WallsView>(`/workrooms/${workroomId}/walls`, { signal }),
  });

type NewWorkroom = {
  title?: string;
  isDraft?: boolean;
  openness?: WorkroomView["openness"];
  idempotencyKey: string;
};

export const createWorkroom = (body: NewWorkroom) =>
  api<WorkroomView>("/workrooms", { method: "POST", body });

export const renameWorkroom = (workroomId: string, title: string) =>
  api<WorkroomView>(`/workrooms/${workroomId}`, { method: "PATCH", body: { title } });

export const deleteWorkroom = (workroomId: string) =>
  api<WorkroomView>(`/workrooms/${workroomId}`, { method: "DELETE" });

export const sleepWorkroom = (workroomId: string) =>
  api<WorkroomView>(`/workrooms/${workroomId}/sleep`, { method: "POST" });

export const wakeWorkroom = (workroomId: string) =>
  api<WorkroomView>(`/workrooms/${workroomId}/wake`, { method: "POST" });

/** Runs the probes again in this very room; takes as long as its slowest probe. */
export const probeWalls = (workroomId: string) =>
  api<WallsView>(`/workrooms/${workroomId}/walls`, { method: "POST", timeoutMs: 120_000 });

export type RoomMark = { isPinned?: boolean; isMuted?: boolean; isRead?: boolean };

export const markWorkroom = (workroomId: string, mark: RoomMark) =>
  api<WorkroomView>(`/workrooms/${workroomId}/mark`, { method: "PATCH", body: mark });

/** Puts a newer view of a workroom into its page and into every list where it belongs. */
export function storeWorkroom(client: QueryClient, workroom: WorkroomView): void {
  if (workroom.kind !== "room") return noteComputer(client, workroom);
  noteNews(client, client.getQueryData(workroomKeys.detail(workroom.id)), workroom);
  client.setQueryData(workroomKeys.detail(workroom.id), workroom);
  // Its chats get titles with their first messages and a mark while they work; both move the room.
  void client.invalidateQueries({ queryKey: chatKeys.list(workroom.id) });
  const viewerId = client.getQueryData(viewerQuery().queryKey)?.user.id ?? "";
  for (const [key] of client.getQueriesData({ queryKey: workroomKeys.lists })) {
    const [, kind, views, q] = key as readonly string[];
    const belongs = isListedIn(workroom, viewerId, views ?? "", q ?? "");
    if (kind === "pages")
      client.setQueryData<RoomPages>(key, (lists) => lists && withRoom(lists, workroom, belongs));
    else
      client.setQueryData<WorkroomView[]>(key, (rooms) => {
        if (!rooms) return rooms;
        const others = rooms.filter(({ id }) => id !== workroom.id);
        return belongs || others.length < rooms.length ? [workroom, ...others] : rooms;
      });
  }
}

/** No list of rooms has a computer or a session: whatever shows one reads it again. */
function noteComputer(client: QueryClient, { id }: WorkroomView): void {
  void client.invalidateQueries({ queryKey: workspaceKeys.all });
  void client.invalidateQueries({ queryKey: agentKeys.all });
  void client.invalidateQueries({ queryKey: workroomKeys.detail(id) });
}

const gone = new ApiError("not_found", 404, "This workroom doesn't exist.");

/** Takes a workroom that is gone, or may not be seen any more, out of every list and forgets its page. */
export function dropWorkroom(client: QueryClient, workroomId: string): void {
  // It may have been the computer of an employee.
  void client.invalidateQueries({ queryKey: agentKeys.all });
  for (const [key] of client.getQueriesData({ queryKey: workroomKeys.lists })) {
    if (key[1] === "pages")
      client.setQueryData<RoomPages>(key, (lists) => lists && withoutRoom(lists, workroomId));
    else
      client.setQueryData<WorkroomView[]>(key, (rooms) =>
        rooms?.filter(({ id }) => id !== workroomId),
      );
  }
  const page = client.getQueryCache().find({ queryKey: workroomKeys.detail(workroomId) });
  // A page that shows it says so at once; without one, nothing is left to know.
  if (page && page.getObserversCount() > 0)
    page.setState({ data: undefined, status: "error", error: gone });
  else client.removeQueries({ queryKey: workroomKeys.detail(workroomId) });
}
