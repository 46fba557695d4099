import { asFileError } from "@/lib/local-tree/file-error";
import { createKeyedLock } from "@/lib/local-tree/keyed-lock";
import type { Log } from "@/lib/log";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { WorkspaceAttach } from "@/lib/ports/provisioner";
import type { HostEvent, HostInput, HostResult } from "@/lib/protocol/host";
import type { ManifestRef, WorkspaceState } from "@/lib/protocol/store";
import { diffManifests } from "@/lib/workspace/diff-manifests";
import { errnoOf } from "@/lib/workspace/dir-fd";
import {
  emptyManifest,
  type Manifest,
  openManifest,
  writeManifest,
} from "@/lib/workspace/manifest";
import { storePrefix } from "@/lib/workspace/object-keys";
import { openState } from "@/lib/workspace/workspace-state";
import { placeCopies } from "./keep-copies";
import { createOpenRooms } from "./open-rooms";
import { restoreTree } from "./restore-tree";
import { revertPaths } from "./revert-paths";
import type { RoomSync } from "./sync-room";
import type { WholeDisks } from "./whole-disks";

/** The last manifest of this many rooms stays in memory: the next snapshot of a room is compared with it. */
const KEPT_MANIFESTS = 20;
const MAX_KEPT_ENTRIES = 50_000;

type Parts = {
  attach: WorkspaceAttach["attach"];
  disks: WholeDisks;
  store: ObjectStore;
  dataDir: string;
  /** Names the disks of this host. */
  writer: string;
  assertWritable: (bytes: number) => void;
  report: (event: HostEvent["event"]) => void;
  log: Log;
};

/** Keeps rooms' trees in the object store, and brings them back. */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createRoomStore(parts: Parts) {
  const { attach, disks, store, assertWritable } = parts;
  const withLock = createKeyedLock();
  const kept = new Map<string, Manifest>();
  const open = async (ref: ManifestRef) => kept.get(ref.sha256) ?? (await openManifest(store, ref));
  const openWhole = (state: WorkspaceState) => openState(store, state, { openManifest: open });
  const rooms = createOpenRooms({ ...parts, openWhole });

  function keep(ref: ManifestRef, manifest: Manifest): void {
    kept.delete(ref.sha256);
    if (ref.entryCount <= MAX_KEPT_ENTRIES) kept.set(ref.sha256, manifest);
    for (const oldest of kept.keys()) if (kept.size > KEPT_MANIFESTS) kept.delete(oldest);
  }
  const change = <T>(roomId: string, run: () => Promise<T>) =>
    withLock(roomId, async () => {
      assertWritable(0);
      return run().catch(throwFull);
    });

  async function snapshot(room: RoomSync, input: HostInput<"snapshot">) {
    const before = input.parent ? await open(input.parent) : emptyManifest;
    const { manifest, segments, seq, unsettled } = await room.save(input.cause);
    const changes = diffManifests(before, manifest);
    const isSame = changes.length === 0 && !hasNewTimes(before, manifest);
    const ref =
      isSame && input.parent
        ? input.parent
        : await writeManifest(store, storePrefix(room.storeRoot), manifest.entries);
    keep(ref, isSame ? before : manifest);
    const count = (kind: string) =>
      changes.filter((one) => one.kind === kind && (one.after ?? one.before)?.type !== "directory")
        .length;
    return {
      manifest: ref,
      commitSeq: seq,
      commits: segments,
      added: count("added"),
      changed: count("modified"),
      removed: count("deleted"),
      unsettled,
    };
  }

  return {
    openWorkspace: (input: HostInput<"openWorkspace">): Promise<void> =>
      change(input.roomId, () => rooms.open(input)),

    async flush({ roomId, epoch, ...what }: HostInput<"flush">): Promise<HostResult<"flush">> {
      const room = rooms.find(roomId, epoch);
      if (!room) return null;
      assertWritable(0);
      const { segments, unsettled } = await room.flush(what).catch(throwFull);
      return { segments, unsettled };
    },

    ackSegments({ roomId, epoch, seq, isRefused }: HostInput<"ackSegments">): void {
      const room = rooms.find(roomId, epoch);
      room?.outbox.ack(seq);
      if (isRefused) rooms.close(roomId, epoch);
    },

    keepCopies: ({ roomId, writer, entries, at }: HostInput<"keepCopies">) =>
      change(roomId, async () => {
        const room = rooms.current(roomId);
        // What this host had not sent is on its disk, and is found there.
        if (writer === parts.writer || !room) return { copies: [] };
        const known = new Set(room.synced.contents.keys());
        const options = { known, at: new Date(at) };
        const copies = await placeCopies(await attach(roomId), store, entries, options);
        for (const path of copies)
          room.noteChange(path.slice(0, Math.max(0, path.lastIndexOf("/"))));
        return { copies };
      }),

    snapshot: (input: HostInput<"snapshot">): Promise<HostResult<"snapshot">> =>
      change(input.roomId, async () => {
        const room = rooms.find(input.roomId, input.epoch);
        return room ? snapshot(room, input) : null;
      }),

    restore: ({ roomId, state }: HostInput<"restore">): Promise<HostResult<"restore">> =>
      change(roomId, async () => {
        const saved = await openWhole(state);
        rooms.close(roomId);
        return disks.whileRestoring(roomId, async () =>
          restoreTree(await attach(roomId), store, saved),
        );
      }),

    revertPaths: ({
      roomId,
      paths,
    }: HostInput<"revertPaths">): Promise<HostResult<"revertPaths">> =>
      change(roomId, async () => revertPaths(await attach(roomId), store, paths)),

    /** The room's sandbox has ended: its last changes are taken, and its tree is watched no more. */
    rest: (roomId: string): Promise<void> => rooms.rest(roomId),
    /** The room's disk goes. */
    forget: (roomId: string): Promise<void> => withLock(roomId, () => rooms.forget(roomId)),
    waiting: (roomId: string) => rooms.current(roomId)?.waiting() ?? { files: 0, bytes: 0 },
    close: (): Promise<void> => rooms.closeAll(),
  };
}
export type RoomStore = ReturnType<typeof createRoomStore>;

function throwFull(error: unknown): never {
  throw ["ENOSPC", "EDQUOT"].includes(errnoOf(error) ?? "") ? asFileError(error, "") : error;
}

/** A file that was only touched makes a new manifest too, so that a restore gives its time back. */
function hasNewTimes(before: Manifest, after: Manifest): boolean {
  return after.entries.some(
    (entry, i) => entry.type === "file" && entry.mtimeMs !== before.entries[i]?.mtimeMs,
  );
}
