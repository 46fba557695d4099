import type { ObjectStore } from "@/lib/ports/object-store";
import type { SegmentRef } from "@/lib/protocol/store";
import type { SealedSegment } from "./segment-builder";

const MAX_IN_FLIGHT = 3;
const PUT_MS = 60_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 10_000;

type Parts = {
  store: ObjectStore;
  /** Called in the order of the segments: this one and all before it are in the store for good. */
  onDurable: (sealed: SealedSegment) => void;
  /** The store failed; it is tried again. */
  onTrouble: (error: unknown) => void;
};

type Item = { sealed: SealedSegment; state: "waiting" | "flying" | "done" };

/**
 * Writes segments to the store, a few at once, each until it succeeds. A store that is down stops nothing but this queue:
 * whoever makes segments waits in `hasRoom`, so that little is held in memory.
 */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createSegmentQueue({ store, onDurable, onTrouble }: Parts) {
  const items: Item[] = [];
  const stopped = new AbortController();
  let inFlight = 0;
  let isDown = false;
  let durableSeq = 0;
  let moved = Promise.withResolvers<void>();

  const move = () => {
    moved.resolve();
    moved = Promise.withResolvers();
  };

  async function write(item: Item): Promise<void> {
    const body = Buffer.concat(item.sealed.parts);
    item.sealed.parts = []; // not twice in memory
    for (let delay = FIRST_RETRY_MS; !stopped.signal.aborted;) {
      const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(PUT_MS)]);
      try {
        await store.put(item.sealed.ref.key, body, { signal });
        isDown = false;
        return;
      } catch (error) {
        if (stopped.signal.aborted) return;
        isDown = true;
        onTrouble(error);
        await pause(delay * (0.75 + Math.random() / 2), stopped.signal);
        delay = Math.min(delay * 2, LAST_RETRY_MS);
      }
    }
  }

  function finish(item: Item): void {
    if (stopped.signal.aborted) return;
    item.state = "done";
    for (let first = items[0]; first?.state === "done"; first = items[0]) {
      items.shift();
      durableSeq = first.sealed.ref.seq;
      onDurable(first.sealed);
    }
    move();
  }

  function start(): void {
    for (const item of items) {
      if (inFlight >= MAX_IN_FLIGHT) return;
      if (item.state !== "waiting") continue;
      item.state = "flying";
      inFlight += 1;
      void write(item).then(() => {
        inFlight -= 1;
        finish(item);
        start();
      });
    }
  }

  return {
    add(sealed: SealedSegment): void {
      items.push({ sealed, state: "waiting" });
      start();
    },
    /** So much is on its way that no more should be made. */
    get isFull() {
      return items.length >= (isDown ? 1 : MAX_IN_FLIGHT);
    },
    /** Resolves when another segment may be made. */
    async hasRoom(): Promise<void> {
      while (!stopped.signal.aborted && this.isFull) await moved.promise;
    },
    /** Resolves when everything up to `seq` is durable; false: not in time. */
    async isDurable(seq: number, timeoutMs: number): Promise<boolean> {
      const late = AbortSignal.timeout(timeoutMs);
      const isLate = new Promise<void>((resolve) => {
        late.addEventListener("abort", () => resolve(), { once: true });
      });
      while (durableSeq < seq && items.length > 0 && !stopped.signal.aborted) {
        if (late.aborted) return false;
        await Promise.race([moved.promise, isLate]);
      }
      return !stopped.signal.aborted;
    },
    get bytes() {
      return items.reduce((sum, { sealed }) => sum + sealed.ref.bytes, 0);
    },
    get opCount() {
      return items.reduce((sum, { sealed }) => sum + sealed.ref.opCount, 0);
    },
    refs: (): SegmentRef[] => items.map(({ sealed }) => sealed.ref),
    paths: (): string[] => items.flatMap(({ sealed }) => sealed.paths),
    stop(): void {
      stopped.abort();
      move();
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
