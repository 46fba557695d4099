import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { StorageMoveView, StorageTestView, StorageView } from "@/lib/protocol/storages";

const TEST_MS = 90_000;
const MOVING_EVERY_MS = 1_000;

export const storagesQuery = () =>
  queryOptions({
    queryKey: ["storages"] as const,
    queryFn: ({ signal }) => api<{ storages: StorageView[] }>("/storages", { signal }),
  });

export type NewPlace = {
  endpoint: string | null;
  region: string;
  bucket: string;
  prefix: string;
  accessKeyId: string;
  secretAccessKey: string;
};

/** Tries the bucket and changes nothing in it. */
export const testPlace = (place: NewPlace) =>
  api<StorageTestView>("/storages/test", { method: "POST", body: place, timeoutMs: TEST_MS });

export const testStorage = (storageId: string) =>
  api<StorageTestView>(`/storages/${storageId}/test`, { method: "POST", timeoutMs: TEST_MS });

export const addStorage = (body: NewPlace & { name: string }) =>
  api<StorageView>("/storages", { method: "POST", body, timeoutMs: TEST_MS });

export const removeStorage = (storageId: string) =>
  api<unknown>(`/storages/${storageId}`, { method: "DELETE" });

export type WorkspacePlace = { storageId: string | null; move: StorageMoveView | null };

export const isMoving = (move: StorageMoveView | null | undefined): move is StorageMoveView =>
  move?.state === "copying" || move?.state === "verifying" || move?.state === "switching";

/** Where a workspace lies; asked for again while it moves. */
export const workspaceStorageQuery = (workspaceId: string) =>
  queryOptions({
    queryKey: ["workspace-storage", workspaceId] as const,
    queryFn: ({ signal }) => api<WorkspacePlace>(`/workspaces/${workspaceId}/storage`, { signal }),
    refetchInterval: ({ state }) => (isMoving(state.data?.move) ? MOVING_EVERY_MS : false),
  });

export const moveWorkspace = (workspaceId: string, storageId: string | null) =>
  api<WorkspacePlace>(`/workspaces/${workspaceId}/storage`, {
    method: "POST",
    body: { storageId },
  });

export const stopMove = (workspaceId: string) =>
  api<WorkspacePlace>(`/workspaces/${workspaceId}/storage/move`, { method: "DELETE" });
