import { join } from "node:path";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { WorkspaceAttach } from "@/lib/ports/provisioner";
import type { HostEvent, HostInput } from "@/lib/protocol/host";
import type { WorkspaceState } from "@/lib/protocol/store";
import type { Manifest } from "@/lib/workspace/manifest";
import { isEmptyState, lastSeqOf } from "@/lib/workspace/workspace-state";
import { mergeStaleTree } from "./keep-copies";
import { type KeptFile, loadStatKeys, saveStatKeys } from "./stat-keys";
import { createRoomSync, type RoomSync } from "./sync-room";
import { createSyncedTree } from "./synced-tree";
import { createWatchBudget } from "./watch-tree";
import type { WholeDisks } from "./whole-disks";
import { createWriterMarks } from "./writer-marks";

/** Sleeping rooms that somebody has just worked in stay in memory, so that the next change is quick. */
const KEPT_AT_REST = 20;
const SAVE_KEYS_MS = 60_000;

type Parts = {
  attach: WorkspaceAttach["attach"];
  disks: WholeDisks;
  store: ObjectStore;
  dataDir: string;
  writer: string;
  assertWritable: (bytes: number) => void;
  report: (event: HostEvent["event"]) => void;
  openWhole: (state: WorkspaceState) => Promise<Manifest>;
  log: Log;
};

type OpenRoom = { sync: RoomSync; keysTimer: NodeJS.Timeout | null };
/** An index that is being written, by room. */
type Saves = Map<string, Promise<void>>;

/** The rooms whose trees are known to this host now. */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createOpenRooms(parts: Parts) {
  const { attach, disks, dataDir, log } = parts;
  const marks = createWriterMarks(dataDir);
  const watchBudget = createWatchBudget();
  const rooms = new Map<string, OpenRoom>();
  const saves: Saves = new Map();
  const keysFile = (roomId: string) => join(dataDir, "rooms", roomId, "index");

  function saveKeysSoon(roomId: string): void {
    const room = rooms.get(roomId);
    if (!room || room.keysTimer) return;
    room.keysTimer = setTimeout(() => {
      room.keysTimer = null;
      void saveKeys(roomId, room.sync);
    }, SAVE_KEYS_MS).unref();
  }
  /** Only what is committed: from this list it is told later whether a content of the disk was lost or replaced. */
  function saveKeys(roomId: string, { synced, outbox }: RoomSync): Promise<void> {
    const unsent = outbox.unsentPaths();
    const kept = [...synced.keys].flatMap(([path, key]): [string, KeptFile][] => {
      const entry = synced.tree.find(path);
      return entry?.type === "file" && !unsent.has(path)
        ? [[path, { key, sha256: entry.sha256 }]]
        : [];
    });
    const saving = (saves.get(roomId) ?? Promise.resolve())
      .then(() => saveStatKeys(keysFile(roomId), kept))
      .catch((error: unknown) => {
        if (rooms.has(roomId)) log.warn({ err: error, roomId }, "the index was not saved");
      });
    saves.set(roomId, saving);
    return saving.finally(() => {
      if (saves.get(roomId) === saving) saves.delete(roomId);
    });
  }

  function close(roomId: string): void {
    const room = rooms.get(roomId);
    if (!room) return;
    rooms.delete(roomId);
    if (room.keysTimer) clearTimeout(room.keysTimer);
    room.sync.close();
  }

  function forgetOldest(but: string): void {
    let atRest = [...rooms.values()].filter(({ sync }) => !sync.isLive()).length;
    for (const [roomId, { sync }] of rooms) {
      if (atRest <= KEPT_AT_REST) return;
      if (roomId === but || sync.isLive() || sync.waiting().files > 0) continue;
      void saveKeys(roomId, sync);
      close(roomId);
      atRest -= 1;
    }
  }

  /** Whether a committed state is one that this room has come to by itself, here. */
  function knows({ sync }: OpenRoom, input: HostInput<"openWorkspace">): boolean {
    const { epoch, root, state } = input;
    if (sync.epoch !== epoch || sync.storeRoot !== root) return false;
    const last = state.segments.at(-1);
    return lastSeqOf(state) <= sync.outbox.seq && (!last || sync.outbox.has(last));
  }

  async function openAnew(input: HostInput<"openWorkspace">): Promise<RoomSync> {
    const { roomId, root: storeRoot, epoch, state } = input;
    // An empty disk in the place of a lost one would be saved as "everything was deleted".
    if (!isEmptyState(state) && !(await disks.has(roomId)))
      throw new AppError("conflict", "The room's files are not on this host. Wake it first.");
    const tree = await attach(roomId);
    const manifest = await parts.openWhole(state);
    const kept = await loadStatKeys(keysFile(roomId));
    const mark = await marks.find(roomId);
    if (mark !== null && mark < input.writerEpoch) {
      const options = { kept, at: new Date() };
      const copies = await mergeStaleTree(tree, parts.store, manifest, options);
      log.warn({ roomId, copies: copies.length }, "a stale disk was brought up to date");
      if (copies.length > 0) parts.report({ type: "copies_kept", roomId, paths: copies });
    }
    await marks.set(roomId, epoch);
    const synced = createSyncedTree(manifest, kept);
    return createRoomSync({
      ...parts,
      roomId,
      storeRoot,
      epoch,
      synced,
      seq: lastSeqOf(state),
      watchBudget,
      attach: async () => (await attach(roomId)).root,
      hasDisk: () => disks.has(roomId),
      assertWritable: () => parts.assertWritable(0),
      report: (segments) =>
        parts.report({ type: "segments", roomId, writer: parts.writer, segments }),
      onCommitted: () => saveKeysSoon(roomId),
      onGone() {
        log.warn({ roomId }, "the disk of a room is gone");
        if (rooms.get(roomId)?.sync.epoch === epoch) close(roomId);
      },
    });
  }

  return {
    /** One call of a room at a time. */
    async open(input: HostInput<"openWorkspace">): Promise<void> {
      const { roomId } = input;
      const known = rooms.get(roomId);
      // A message of an earlier life that was overtaken.
      if (known && known.sync.epoch > input.epoch) return;
      if (!known || !knows(known, input)) {
        // What was committed from this disk until now tells later what is new on it.
        if (known) await saveKeys(roomId, known.sync);
        close(roomId);
        rooms.set(roomId, { sync: await openAnew(input), keysTimer: null });
        forgetOldest(roomId);
      } else known.sync.outbox.ack(lastSeqOf(input.state));
      if (input.isLive) rooms.get(roomId)?.sync.watch();
    },
    find(roomId: string, epoch: number): RoomSync | null {
      const sync = rooms.get(roomId)?.sync;
      return sync?.epoch === epoch ? sync : null;
    },
    current: (roomId: string): RoomSync | null => rooms.get(roomId)?.sync ?? null,
    /** `epoch`: only if it is open in this one. */
    close(roomId: string, epoch?: number): void {
      if (epoch === undefined || rooms.get(roomId)?.sync.epoch === epoch) close(roomId);
    },
    /** Resolves when nothing is written beside the room's disk any more. */
    async forget(roomId: string): Promise<void> {
      close(roomId);
      await saves.get(roomId);
    },
    async rest(roomId: string): Promise<void> {
      const room = rooms.get(roomId);
      if (!room) return;
      await room.sync.rest();
      await saveKeys(roomId, room.sync);
      forgetOldest(roomId);
    },
    async closeAll(): Promise<void> {
      for (const [roomId, { sync }] of rooms) {
        await saveKeys(roomId, sync);
        close(roomId);
      }
    },
  };
}
