import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { CommitCause, SegmentRef } from "@/lib/protocol/store";
import type { SealedSegment } from "./segment-builder";
import { createSegmentQueue } from "./segment-queue";
import type { SyncedTree } from "./synced-tree";

/** A report names at most this many segments; the rest follows when these are committed. */
const MAX_REPORTED = 100;
/** Whoever flushes commits what it is given; should it die before, the report does it. */
const REPORT_AFTER_FLUSH_MS = 1_000;

type Parts = {
  roomId: string;
  storeRoot: string;
  epoch: number;
  store: ObjectStore;
  synced: SyncedTree;
  seq: number;
  report: (segments: SegmentRef[]) => void;
  onCommitted: () => void;
  log: Log;
};

/** The segments of one room on their way: numbered, written to the store, reported, and seen committed. */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createRoomOutbox(parts: Parts) {
  const { synced, log } = parts;
  let { seq } = parts;
  let committedSeq = parts.seq;
  let flushes = 0;
  let reportTimer: NodeJS.Timeout | undefined;
  let lastTrouble = "";
  /** Durable, and not seen committed. */
  let pending: SealedSegment[] = [];

  const queue = createSegmentQueue({
    store: parts.store,
    onDurable(sealed) {
      lastTrouble = "";
      pending.push(sealed);
      clearTimeout(reportTimer);
      if (flushes === 0) return report();
      reportTimer = setTimeout(report, REPORT_AFTER_FLUSH_MS).unref();
    },
    onTrouble(error) {
      const trouble = String(error);
      if (trouble !== lastTrouble)
        log.warn({ err: error, roomId: parts.roomId }, "a segment could not be written yet");
      lastTrouble = trouble;
    },
  });

  const refs = () => pending.map(({ ref }) => ref);
  function report(): void {
    if (pending.length > 0) parts.report(refs().slice(0, MAX_REPORTED));
  }

  return {
    /** Number of the last sealed segment. */
    get seq() {
      return seq;
    },
    get committedSeq() {
      return committedSeq;
    },
    get bytes() {
      return queue.bytes;
    },
    get opCount() {
      return queue.opCount + pending.reduce((sum, { ref }) => sum + ref.opCount, 0);
    },
    hasRoom: () => queue.hasRoom(),
    isBusy: () => queue.isFull,

    /** Makes a segment of what was collected, if anything was. */
    seal(cause: CommitCause): void {
      const { builder } = synced;
      if (builder.isEmpty && !builder.isFull) return;
      seq += 1;
      const { storeRoot: root, epoch } = parts;
      queue.add(builder.seal({ root, epoch, seq, at: Date.now(), cause }));
    },

    /** @returns what is durable up to `upTo` and not seen committed yet. @throws AppError `unavailable` when it takes too long */
    async durable(upTo: number, timeoutMs: number): Promise<SegmentRef[]> {
      flushes += 1;
      try {
        if (!(await queue.isDurable(upTo, timeoutMs)))
          throw new AppError(
            "unavailable",
            "The store of this workroom does not answer. Your change is on its disk and is saved as soon as it does.",
          );
        return refs().filter((ref) => ref.seq <= upTo);
      } finally {
        flushes -= 1;
      }
    },

    /** Everything up to `upTo` is committed. */
    ack(upTo: number): void {
      if (upTo <= committedSeq || upTo > seq) return;
      committedSeq = upTo;
      pending = pending.filter(({ ref }) => ref.seq > upTo);
      if (pending.length === 0) clearTimeout(reportTimer);
      // More may wait than one report could name.
      else if (flushes === 0) report();
      parts.onCommitted();
    },

    /** Whether a committed segment is one of those that were made here. */
    has: (ref: SegmentRef): boolean =>
      ref.seq <= committedSeq || [...refs(), ...queue.refs()].some(({ key }) => key === ref.key),

    /** Files whose last change is not seen committed. */
    unsentPaths: (): Set<string> =>
      new Set([...pending.flatMap(({ paths }) => paths), ...queue.paths()]),

    stop(): void {
      clearTimeout(reportTimer);
      queue.stop();
    },
  };
}
