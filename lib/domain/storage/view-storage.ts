import { and, eq, isNotNull, isNull } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { agents, type Storage, type StorageMove, workrooms } from "@/lib/db/schema";
import type { StorageMoveView, StorageView } from "@/lib/protocol/storages";

type User = NonNullable<StorageView["usedBy"]>;

/** What lies in each bucket of the organisation. Only employees are named: rooms and sessions may be private. */
export async function readStorageUsers(tx: DbTransaction): Promise<Map<string, User>> {
  const rooms = await tx
    .select({ kind: workrooms.kind, storageId: workrooms.storageId, agent: agents })
    .from(workrooms)
    .leftJoin(agents, eq(agents.workroomId, workrooms.id))
    .where(and(isNotNull(workrooms.storageId), isNull(workrooms.deletedAt)));
  return new Map(
    rooms.map(({ kind, storageId, agent }) => [
      storageId ?? "",
      agent
        ? { workspaceId: agent.id, title: agent.name }
        : { workspaceId: null, title: kind === "session" ? "A session" : "A workroom" },
    ]),
  );
}

export const viewStorage = (storage: Storage, usedBy: User | null): StorageView => ({
  id: storage.id,
  name: storage.name,
  endpoint: storage.endpoint,
  region: storage.region,
  bucket: storage.bucket,
  prefix: storage.prefix,
  accessKeyId: storage.accessKeyId,
  abilities: storage.abilities,
  createdAt: storage.createdAt.toISOString(),
  checkedAt: storage.checkedAt?.toISOString() ?? null,
  usedBy,
});

/** A deleted workspace needs its bucket until the last of it is gone. */
export async function isStorageNeeded(tx: DbTransaction, storageId: string): Promise<boolean> {
  const [room] = await tx
    .select({ id: workrooms.id })
    .from(workrooms)
    .where(and(eq(workrooms.storageId, storageId), isNull(workrooms.deletedAt)))
    .limit(1);
  return room !== undefined;
}

export const viewStorageMove = (move: StorageMove): StorageMoveView => ({
  id: move.id,
  state: move.state,
  fromStorageId: move.fromStorageId,
  toStorageId: move.toStorageId,
  objects: move.objects,
  totalObjects: move.totalObjects,
  bytes: move.bytes,
  totalBytes: move.totalBytes,
  failure: move.failure,
  startedAt: move.startedAt.toISOString(),
  endedAt: move.endedAt?.toISOString() ?? null,
});
