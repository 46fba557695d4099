import { createHash } from "node:crypto";
import { closeSync, fstatSync, readSync } from "node:fs";
import type { FileEntry } from "@/lib/protocol/store";
import { openFileAt } from "@/lib/workspace/dir-fd";
import { hashFd, statKey } from "@/lib/local-tree/content-hash";
import type { ScannedNode } from "./scan-tree";
import type { SegmentWriter } from "./segment-writer";
import type { StatCache } from "./stat-cache";

/** Larger files are streamed into a segment of their own. */
const SMALL_BYTES = 4 * 1_048_576;
const TRIES = 3;

export type Settled = { entry: FileEntry; isSettled: boolean };

/**
 * Makes the entry of one file, and hands its content to the writer when the store has none like it. `isSettled` is
 * false for a file that changed whenever it was read: the entry is then one of the states it had, or a start of it.
 * `null`: no state could be read.
 */
export async function settleFile(
  node: ScannedNode,
  cache: StatCache,
  writer: SegmentWriter,
): Promise<Settled | null> {
  const cached = cache.find(node.path, node.stat);
  if (cached && writer.has(cached))
    return { entry: entryOf(node, cached, node.stat), isSettled: true };
  let last: Settled | null = null;
  for (let i = 0; i < TRIES; i += 1) {
    last = (await readOnce(node, cache, writer)) ?? last;
    if (last?.isSettled) return last;
  }
  return last;
}

async function readOnce(
  node: ScannedNode,
  cache: StatCache,
  writer: SegmentWriter,
): Promise<Settled | null> {
  const readAtMs = Date.now();
  const { fd, stat } = openFileAt(node.dirFd, node.name);
  try {
    const size = Number(stat.size);
    const sha256 =
      size > SMALL_BYTES ? await addBig(fd, size, writer) : await addSmall(fd, size, writer);
    if (sha256 === null) return null;
    const isSettled = statKey(fstatSync(fd, { bigint: true })) === statKey(stat);
    if (isSettled) cache.keep(node.path, stat, sha256, readAtMs);
    return { entry: entryOf(node, sha256, stat), isSettled };
  } finally {
    closeSync(fd);
  }
}

async function addSmall(fd: number, size: number, writer: SegmentWriter): Promise<string | null> {
  const body = Buffer.allocUnsafe(size);
  let read = 0;
  while (read < size) {
    const count = readSync(fd, body, read, size - read, read);
    if (count === 0) return null; // It was cut meanwhile: the size in the entry would be wrong.
    read += count;
  }
  const sha256 = createHash("sha256").update(body).digest("hex");
  if (!writer.has(sha256)) await writer.addSmall(sha256, body);
  return sha256;
}

async function addBig(fd: number, size: number, writer: SegmentWriter): Promise<string | null> {
  const { sha256, size: read } = await hashFd(fd, size);
  if (read !== size) return null;
  return writer.has(sha256) || (await writer.addBig(sha256, fd, size)) ? sha256 : null;
}

function entryOf(node: ScannedNode, sha256: string, stat: ScannedNode["stat"]): FileEntry {
  return {
    type: "file",
    path: node.path,
    size: Number(stat.size),
    mode: Number(stat.mode & 0o777n),
    mtimeMs: Number(stat.mtimeMs),
    sha256,
    extents: [], // filled in when all segments are written
  };
}
