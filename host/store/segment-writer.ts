import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { Extent } from "@/lib/protocol/store";
import { segmentKey } from "@/lib/workspace/object-keys";
import { type SegmentBody, segmentExtents, segmentHead } from "@/lib/workspace/segment";

/** Small contents are collected up to this size, then written as one segment. */
const SEGMENT_BYTES = 8 * 1_048_576;

type Place = {
  store: ObjectStore;
  storeRoot: string;
  epoch: number;
  signal?: AbortSignal | undefined;
};

/** Writes new contents of one snapshot; a content it has, or that was `known` before, is written once only. */
export function createSegmentWriter(place: Place, known: Map<string, Extent[]>) {
  const { store, storeRoot, epoch } = place;
  const options = place.signal ? { signal: place.signal } : {};
  const keys: string[] = [];
  let waiting = new Map<string, Buffer>();
  let waitingBytes = 0;

  async function write(bodies: SegmentBody[], content: AsyncIterable<Buffer> | Buffer[]) {
    const { head, sha256 } = segmentHead(bodies);
    const key = segmentKey(storeRoot, epoch, keys.length, sha256);
    const whole = async function* () {
      yield head;
      yield* content;
    };
    await store.put(key, Readable.from(whole(), { objectMode: false }), options);
    keys.push(key);
    for (const [i, extent] of segmentExtents(key, head, bodies).entries()) {
      const body = bodies[i];
      if (body) known.set(body.sha256, [extent]);
    }
  }

  async function flush(): Promise<void> {
    const bodies = [...waiting].map(([sha256, body]) => ({ sha256, size: body.length }));
    const content = [...waiting.values()];
    waiting = new Map();
    waitingBytes = 0;
    if (bodies.length > 0) await write(bodies, content);
  }

  return {
    has: (sha256: string) => known.has(sha256) || waiting.has(sha256),

    async addSmall(sha256: string, body: Buffer): Promise<void> {
      waiting.set(sha256, body);
      waitingBytes += body.length;
      if (waitingBytes >= SEGMENT_BYTES) await flush();
    },

    /** Streams the first `size` bytes of an open file. False: they are not `sha256` any more, and nothing was kept. */
    async addBig(sha256: string, fd: number, size: number): Promise<boolean> {
      try {
        await write([{ sha256, size }], checked(fd, size, sha256));
        return true;
      } catch (error) {
        if (error instanceof TornRead) return false;
        throw error;
      }
    },

    flush,
    extentsOf: (sha256: string): Extent[] => known.get(sha256) ?? [],
    keys,
  };
}
export type SegmentWriter = ReturnType<typeof createSegmentWriter>;

class TornRead extends Error {
  override readonly name = "TornRead";
}

async function* checked(fd: number, size: number, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let read = 0;
  const source = createReadStream("", { fd, autoClose: false, start: 0, end: size - 1 });
  for await (const chunk of source) {
    hash.update(chunk);
    read += chunk.length;
    yield chunk;
  }
  // The store drops an object whose body breaks, so a torn copy never gets a name.
  if (read !== size || hash.digest("hex") !== sha256) throw new TornRead();
}
