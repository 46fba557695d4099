import { queryOptions } from "@tanstack/react-query";
import type { WallsView } from "@/lib/protocol/views";
import { api } from "../api";

export const wallKeys = { room: (workroomId: string) => ["walls", workroomId] as const };

export const wallsQuery = (workroomId: string) =>
  queryOptions({
    queryKey: wallKeys.room(workroomId),
    queryFn: ({ signal }) => api<WallsView>(`/workrooms/${workroomId}/walls`, { signal }),
  });

/** Runs every probe again in this very room. */
export const probeWalls = (workroomId: string) =>
  api<WallsView>(`/workrooms/${workroomId}/walls`, { method: "POST", timeoutMs: 90_000 });
