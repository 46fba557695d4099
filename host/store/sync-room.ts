import { closeSync, fstatSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { CommitCause, SegmentRef } from "@/lib/protocol/store";
import { openRoot } from "@/lib/workspace/dir-fd";
import type { Manifest } from "@/lib/workspace/manifest";
import { createDiskScan, type Scan } from "./scan-disk";
import { createRoomOutbox } from "./room-outbox";
import { createSyncPasses } from "./sync-passes";
import type { SyncedTree } from "./synced-tree";
import type { WatchBudget } from "./watch-tree";

const FLUSH_MS = 30_000;
const TRIES = 3;
/** A disk that is being removed looks like files being deleted: so many losses are believed after a second look. */
const LOSS_PAUSE_MS = 700;

export type SyncParts = {
  roomId: string;
  storeRoot: string;
  epoch: number;
  store: ObjectStore;
  /** The synced tree holds the committed state up to `seq`. */
  synced: SyncedTree;
  seq: number;
  /** Host path of the tree; the disk is attached when it resolves. */
  attach: () => Promise<string>;
  /** Whether the room's disk is there and whole. */
  hasDisk: () => Promise<boolean>;
  assertWritable: () => void;
  /** Segments are durable and wait to be committed, the first of them first. */
  report: (segments: SegmentRef[]) => void;
  /** Called after commits, and at the end: what is known of the disk may be kept. */
  onCommitted: () => void;
  onGone: () => void;
  watchBudget: WatchBudget;
  log: Log;
};

export type Flushed = { segments: SegmentRef[]; unsettled: string[]; seq: number };

/** Keeps the committed state of one room equal to its disk. The disk is the truth; watches say where to look. */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createRoomSync(parts: SyncParts) {
  const { roomId, synced, log } = parts;
  const outbox = createRoomOutbox(parts);
  const { builder } = synced;
  let rootIno: bigint | null = null;
  let isClosed = false;

  /** @throws when the disk is not the one that was synced so far */
  async function findRoot(): Promise<string> {
    if (isClosed) throw closed();
    parts.assertWritable();
    if (!(await parts.hasDisk())) throw gone();
    const root = await parts.attach();
    const fd = openRoot(root);
    try {
      const { ino } = fstatSync(fd, { bigint: true });
      rootIno ??= ino;
      if (ino !== rootIno) throw gone();
    } finally {
      closeSync(fd);
    }
    return root;
  }

  async function confirmLoss(count: number): Promise<void> {
    if (count <= 1 || count * 2 < synced.tree.size) return;
    await pause(LOSS_PAUSE_MS);
    await findRoot();
  }

  type How = Pick<Scan, "tries" | "takesTorn" | "isDue" | "onFile" | "onFolder" | "onSkip">;
  const scanOf = async (how: How) =>
    createDiskScan({
      ...how,
      root: await findRoot(),
      synced,
      confirmLoss,
      makeRoom: () => {
        outbox.seal(syncCause);
        return outbox.hasRoom();
      },
    });

  const passes = createSyncPasses({
    synced,
    open: scanOf,
    seal: () => outbox.seal(syncCause),
    isBusy: () => outbox.isBusy(),
    watchBudget: parts.watchBudget,
    onFailure(error) {
      if (isGone(error)) return parts.onGone();
      if (!isClosed) log.warn({ err: error, roomId }, "a look at a room's files failed");
    },
  });

  /** False: it takes a look at everything to see what is there. */
  async function scanPaths(how: How, paths: readonly string[] | undefined): Promise<boolean> {
    if (!paths || paths.includes("")) return false;
    const scan = await scanOf(how);
    let isDirect = true;
    for (const path of paths) isDirect = (await scan.node(path)) && isDirect;
    return isDirect;
  }

  async function scanNow(paths: readonly string[] | undefined): Promise<string[]> {
    const unsettled = new Set<string>();
    const how: How = {
      tries: TRIES,
      takesTorn: true,
      isDue: () => true,
      onFolder: passes.onFolder,
      onFile(path, settled, tookMs) {
        if (settled === "torn" || settled === "growing") unsettled.add(path);
        passes.onFile(path, settled, tookMs);
      },
      onSkip: (path) => unsettled.add(path),
    };
    if (!(await scanPaths(how, paths)))
      await passes.exclusively(async () => (await scanOf(how)).all());
    return [...unsettled];
  }

  /** Makes durable what is on the disk now; with `onSealed` called at the moment whose tree is saved. */
  async function flush(
    { cause, paths }: { cause: CommitCause; paths?: readonly string[] | undefined },
    onSealed: () => void = () => undefined,
  ): Promise<Flushed> {
    const unsettled = await scanNow(paths).catch((error: unknown) => {
      if (isGone(error)) parts.onGone();
      throw error;
    });
    outbox.seal(cause);
    onSealed();
    const { seq } = outbox;
    const segments = await outbox.durable(seq, FLUSH_MS);
    return { segments, unsettled, seq };
  }

  return {
    epoch: parts.epoch,
    storeRoot: parts.storeRoot,
    synced,
    outbox,
    flush,
    /** The whole tree as it is after a flush, and the number of the last segment that is in it. */
    async save(cause: CommitCause): Promise<Flushed & { manifest: Manifest }> {
      let manifest: Manifest | null = null;
      const flushed = await flush({ cause }, () => {
        manifest = synced.tree.toManifest();
        synced.forgetOldContents();
      });
      if (!manifest) throw new Error("A flush ends with a sealed tree.");
      return { ...flushed, manifest };
    },
    /** Watches the tree, starting with a look at all of it. */
    watch: () => passes.start(),
    /** The room sleeps: one more look, then the tree is only scanned when a flush asks for it. */
    rest: () => passes.rest(),
    noteChange: (folder: string) => passes.note(folder, null),
    isLive: () => passes.isLive(),
    /** What is not in the store yet: files that wait for a look, changes that wait for the store, and their bytes. */
    waiting: () => ({
      files: passes.waiting() + builder.opCount + outbox.opCount,
      bytes: builder.bytes + outbox.bytes,
    }),
    close(): void {
      isClosed = true;
      passes.stop();
      outbox.stop();
    },
  };
}
export type RoomSync = ReturnType<typeof createRoomSync>;

const syncCause: CommitCause = { reason: "sync", turnId: null, actorId: null };

const gone = () =>
  new AppError("conflict", "The room's files are not on this host. Wake it first.", {
    details: { isGone: true },
  });
const isGone = (error: unknown) => error instanceof AppError && error.details["isGone"] === true;
const closed = () => new AppError("unavailable", "The workroom is being opened again. Try again.");
