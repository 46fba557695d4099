import { join } from "node:path";
import { AppError } from "@/lib/errors";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { WorkspaceAttach } from "@/lib/ports/provisioner";
import type { HostInput, HostResult } from "@/lib/protocol/host";
import type { ManifestRef } from "@/lib/protocol/store";
import { errnoOf } from "@/lib/workspace/dir-fd";
import { type Manifest, openManifest } from "@/lib/workspace/manifest";
import { asFileError } from "@/lib/local-tree/file-error";
import { createKeyedLock } from "@/lib/local-tree/keyed-lock";
import { restoreTree } from "./restore-tree";
import { revertPaths } from "./revert-paths";
import { takeSnapshot } from "./take-snapshot";
import type { WholeDisks } from "./whole-disks";

/** The last manifest of this many rooms stays in memory: the next snapshot of a room starts from it. */
const KEPT_MANIFESTS = 20;
const MAX_KEPT_ENTRIES = 50_000;

type Parts = {
  attach: WorkspaceAttach["attach"];
  disks: WholeDisks;
  store: ObjectStore;
  dataDir: string;
  assertWritable: (bytes: number) => void;
};

/** Saves rooms' trees to the object store and back; one such call of a room at a time. */
export function createRoomStore({ attach, disks, store, dataDir, assertWritable }: Parts) {
  const withLock = createKeyedLock();
  const kept = new Map<string, Manifest>();

  async function open(ref: ManifestRef): Promise<Manifest> {
    return kept.get(ref.sha256) ?? (await openManifest(store, ref));
  }
  function keep(ref: ManifestRef, manifest: Manifest): void {
    kept.delete(ref.sha256);
    if (ref.entryCount <= MAX_KEPT_ENTRIES) kept.set(ref.sha256, manifest);
    for (const oldest of kept.keys()) if (kept.size > KEPT_MANIFESTS) kept.delete(oldest);
  }
  const change = <T>(roomId: string, run: () => Promise<T>) =>
    withLock(roomId, async () => {
      assertWritable(0);
      return run().catch((error: unknown) => {
        throw isFull(error) ? asFileError(error, "") : error;
      });
    });

  return {
    snapshot: (input: HostInput<"snapshot">): Promise<HostResult<"snapshot">> =>
      change(input.roomId, async () => {
        const { roomId, root: storeRoot, epoch, parent } = input;
        // An empty disk in the place of a lost one would be saved as "everything was deleted".
        if (parent && !(await disks.has(roomId)))
          throw new AppError("conflict", "The room's files are not on this host. Wake it first.");
        const { root } = await attach(roomId);
        const { outcome, manifest } = await takeSnapshot({
          root,
          cacheFile: join(dataDir, "rooms", roomId, "index"),
          store,
          storeRoot,
          epoch,
          parent: parent && { ref: parent, manifest: await open(parent) },
        });
        keep(outcome.manifest, manifest);
        return outcome;
      }),

    restore: ({ roomId, manifest }: HostInput<"restore">): Promise<HostResult<"restore">> =>
      change(roomId, async () => {
        const saved = await open(manifest);
        return disks.whileRestoring(roomId, async () =>
          restoreTree(await attach(roomId), store, saved),
        );
      }),

    revertPaths: ({
      roomId,
      paths,
    }: HostInput<"revertPaths">): Promise<HostResult<"revertPaths">> =>
      change(roomId, async () => revertPaths(await attach(roomId), store, paths)),
  };
}
const isFull = (error: unknown) => ["ENOSPC", "EDQUOT"].includes(errnoOf(error) ?? "");
export type RoomStore = ReturnType<typeof createRoomStore>;
