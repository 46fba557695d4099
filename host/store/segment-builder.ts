import type {
  CommitCause,
  Extent,
  ManifestEntry,
  SegmentOp,
  SegmentRef,
} from "@/lib/protocol/store";
import { encodeSegment, placeExtent, type SegmentBody } from "@/lib/workspace/segment";

/** Contents are collected up to this size, changes up to this number, then they make a segment. */
const SEGMENT_BYTES = 8 * 1_048_576;
const SEGMENT_OPS = 4_000;

/** A segment that has its number and its bytes, and is yet to be written to the store. */
export type SealedSegment = {
  ref: SegmentRef;
  parts: Buffer[];
  /** Paths of the files it puts. */
  paths: string[];
};

type Seal = { root: string; epoch: number; seq: number; at: number; cause: CommitCause };

/**
 * Collects changes and the contents they need for the next segment. `contents` knows where every content lies, by its
 * SHA-256; those collected here get their place when the segment is sealed.
 */
export function createSegmentBuilder(contents: Map<string, Extent[]>) {
  let ops: SegmentOp[] = [];
  let bodies: SegmentBody[] = [];
  let parts: Buffer[] = [];
  let extents: Extent[] = [];
  let bytes = 0;
  let opsEver = 0;

  function add(op: SegmentOp): void {
    ops.push(op);
    opsEver += 1;
  }

  return {
    put: (entry: ManifestEntry) => add({ op: "put", entry }),
    del: (path: string) => add({ op: "del", path }),

    /** Where a content lies, or will: it is taken in when the store has none like it. */
    addBody(sha256: string, body: Buffer, isPiece: boolean): Extent[] {
      const known = contents.get(sha256);
      if (known) return known;
      const extent: Extent = { key: "", offset: bytes, length: body.length };
      if (isPiece) extent.sha256 = sha256;
      bodies.push({ sha256, size: body.length });
      parts.push(body);
      extents.push(extent);
      bytes += body.length;
      contents.set(sha256, [extent]);
      return [extent];
    },

    get isFull() {
      return bytes >= SEGMENT_BYTES || ops.length >= SEGMENT_OPS;
    },
    get isEmpty() {
      return ops.length === 0;
    },
    get opCount() {
      return ops.length;
    },
    get bytes() {
      return bytes;
    },
    /** Counts every change there ever was, to tell whether some came meanwhile. */
    get opsEver() {
      return opsEver;
    },

    /** Nothing waits between the look at the tree and this: what is sealed is the tree as it is now. */
    seal(place: Seal): SealedSegment {
      const { head, ref } = encodeSegment({ ...place, ops, bodies });
      const sealed = { ref, parts: [head, ...parts], paths: ops.flatMap(putPath) };
      // Entries of the tree share these objects, so they learn the place too.
      for (const extent of extents)
        Object.assign(extent, placeExtent(extent, ref.key, head.length));
      [ops, bodies, parts, extents, bytes] = [[], [], [], [], 0];
      return sealed;
    },
  };
}

const putPath = (op: SegmentOp) =>
  op.op === "put" && op.entry.type === "file" ? op.entry.path : [];
