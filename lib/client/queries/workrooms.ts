import { queryOptions, type QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import { chatKeys } from "./chats";
import type { WallsView, WorkroomView } from "@/lib/protocol/views";

export type WorkroomListView = "mine" | "all";

export const workroomKeys = {
  lists: ["workrooms"] as const,
  list: (view: WorkroomListView) => ["workrooms", view] as const,
  detail: (workroomId: string) => ["workroom", workroomId] as const,
  walls: (workroomId: string) => ["workroom", workroomId, "walls"] as const,
};

export const workroomsQuery = (view: WorkroomListView) =>
  queryOptions({
    queryKey: workroomKeys.list(view),
    queryFn: async ({ signal }) =>
      (await api<{ workrooms: WorkroomView[] }>("/workrooms", { query: { view }, signal }))
        .workrooms,
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

type NewWorkroom = { title?: string; isDraft?: boolean; idempotencyKey: string };

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

const byActivity = (a: WorkroomView, b: WorkroomView) =>
  b.lastActiveAt.localeCompare(a.lastActiveAt);

/**
 * Puts a newer view of a workroom into every list and page that shows it. A list that does not have it is asked for
 * again: only the server knows whether it belongs there, since a draft has no place in any list.
 */
export function storeWorkroom(client: QueryClient, workroom: WorkroomView): void {
  client.setQueryData(workroomKeys.detail(workroom.id), workroom);
  // Its chats get titles with their first messages and a mark while they work; both move the room.
  void client.invalidateQueries({ queryKey: chatKeys.list(workroom.id) });
  for (const view of ["mine", "all"] as const) {
    const queryKey = workroomKeys.list(view);
    const list = client.getQueryData<WorkroomView[]>(queryKey);
    if (!list) continue;
    if (list.some(({ id }) => id === workroom.id)) {
      const others = list.filter(({ id }) => id !== workroom.id);
      client.setQueryData<WorkroomView[]>(queryKey, [workroom, ...others].toSorted(byActivity));
    } else {
      void client.invalidateQueries({ queryKey });
    }
  }
}

/** Takes a deleted workroom out of every list. */
export function dropWorkroom(client: QueryClient, workroomId: string): void {
  client.setQueriesData<WorkroomView[]>({ queryKey: workroomKeys.lists }, (list) =>
    list?.filter((workroom) => workroom.id !== workroomId),
  );
  client.removeQueries({ queryKey: workroomKeys.detail(workroomId) });
}
