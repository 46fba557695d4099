import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AppError } from "@/lib/errors";
import type { ByteRange, ObjectStore } from "@/lib/ports/object-store";
import type { Extent, FileEntry } from "@/lib/protocol/store";
import { damaged } from "./damaged";

/**
 * Streams the content of a saved file, or the part of it in `range` (both ends inclusive). A whole read is checked: it
 * breaks at the end when the bytes are not those that were saved. A part can't be.
 */
export function readEntry(store: ObjectStore, entry: FileEntry, range?: ByteRange): Readable {
  if (!range) return Readable.from(verified(store, entry), { objectMode: false });
  const { start, end } = range;
  if (start < 0 || end < start || end >= entry.size)
    throw new AppError("invalid_input", "These bytes are outside the file.");
  return Readable.from(bytesOf(store, cut(entry.extents, start, end + 1)), { objectMode: false });
}

/** Whole content of a saved file of at most `maxBytes`, checked. @throws AppError `too_large` */
export async function readEntryBytes(
  store: ObjectStore,
  entry: FileEntry,
  maxBytes: number,
): Promise<Buffer> {
  if (entry.size > maxBytes) throw new AppError("too_large", "This file is too large to be shown.");
  return buffer(verified(store, entry));
}

async function* verified(store: ObjectStore, entry: FileEntry): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of bytesOf(store, entry.extents)) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") !== entry.sha256) throw damaged(`the content of ${entry.path}`);
}

async function* bytesOf(store: ObjectStore, extents: readonly Extent[]): AsyncGenerator<Buffer> {
  for (const { key, offset, length } of extents) {
    if (length === 0) continue;
    yield* await store.get(key, { range: { start: offset, end: offset + length - 1 } });
  }
}

/** The extents of the bytes from `start` to before `stop`. */
function cut(extents: readonly Extent[], start: number, stop: number): Extent[] {
  let position = 0;
  return extents.flatMap((extent) => {
    const from = Math.max(start - position, 0);
    const to = Math.min(stop - position, extent.length);
    position += extent.length;
    return from < to ? [{ key: extent.key, offset: extent.offset + from, length: to - from }] : [];
  });
}
