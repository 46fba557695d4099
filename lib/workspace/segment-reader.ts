import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { FileEntry } from "@/lib/protocol/store";
import { damaged } from "./damaged";
import { readEntry } from "./read-entry";

/** Segments up to this size are read whole; files above it have one of their own. */
const WHOLE_BYTES = 16 * 1_048_576;

/** Order in which files lie in the store: read so, each segment is fetched once. */
export const byPlace = (a: FileEntry, b: FileEntry): number => {
  const [left, right] = [a.extents[0], b.extents[0]];
  if (!left || !right || left.key === right.key) return (left?.offset ?? 0) - (right?.offset ?? 0);
  return left.key < right.key ? -1 : 1;
};

/** Reads many saved files one after another; of small ones the whole content, checked, of large ones a stream. */
export function createSegmentReader(store: ObjectStore) {
  let last: { key: string; bytes: Buffer | null } | undefined;

  async function segment(key: string): Promise<Buffer | null> {
    if (last?.key === key) return last.bytes;
    const size = (await store.size(key)) ?? Number.POSITIVE_INFINITY;
    last = { key, bytes: size <= WHOLE_BYTES ? await store.getBytes(key) : null };
    return last.bytes;
  }

  return async function read(entry: FileEntry): Promise<Buffer | Readable> {
    const [extent, ...more] = entry.extents;
    const bytes = extent && more.length === 0 ? await segment(extent.key) : null;
    if (!extent || !bytes) return readEntry(store, entry);
    const content = bytes.subarray(extent.offset, extent.offset + extent.length);
    if (createHash("sha256").update(content).digest("hex") !== entry.sha256)
      throw damaged(`the content of ${entry.path}`);
    return content;
  };
}
export type SegmentReader = ReturnType<typeof createSegmentReader>;
