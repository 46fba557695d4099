import { and, desc, eq, inArray } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Storage, storageMoves, storages, type Workroom } from "@/lib/db/schema";
import type { SecretBox } from "@/lib/ports/secret-box";
import type { StorageRoute, StorageTarget } from "@/lib/protocol/workspace";

type Opener = { secrets: SecretBox };

/** A saved bucket with its secret, for the store and the host only. */
export const targetOf = ({ secrets }: Opener, storage: Storage): StorageTarget => ({
  kind: "s3",
  id: storage.id,
  revision: storage.revision,
  endpoint: storage.endpoint,
  region: storage.region,
  bucket: storage.bucket,
  prefix: storage.prefix,
  accessKeyId: storage.accessKeyId,
  secretAccessKey: secrets.open(storage.secretBox, storage.id),
  abilities: storage.abilities,
});

/** A bucket whose row is gone was that of a deleted workspace: no other lets it be removed. */
export async function readTarget(
  tx: DbTransaction,
  opener: Opener,
  storageId: string | null,
): Promise<StorageTarget> {
  if (storageId === null) return { kind: "managed" };
  const [storage] = await tx.select().from(storages).where(eq(storages.id, storageId));
  return storage ? targetOf(opener, storage) : { kind: "managed" };
}

/**
 * Where a workspace lies; what `openWorkspace` tells the host. Around the switch of a move every reader looks in both
 * places, first while all still write to the old one and then while all write to the new one: so it does not matter that
 * they learn of the switch one after another.
 */
export async function readRoute(
  tx: DbTransaction,
  opener: Opener,
  room: Pick<Workroom, "id" | "storageId">,
): Promise<StorageRoute> {
  const target = await readTarget(tx, opener, room.storageId);
  const around = and(
    eq(storageMoves.workroomId, room.id),
    inArray(storageMoves.state, ["verifying", "switching"]),
  );
  const [move] = await tx
    .select()
    .from(storageMoves)
    .where(around)
    .orderBy(desc(storageMoves.startedAt))
    .limit(1);
  if (!move) return { target, previous: null };
  const other = move.state === "verifying" ? move.toStorageId : move.fromStorageId;
  return { target, previous: await readTarget(tx, opener, other) };
}
