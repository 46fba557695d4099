import { createHash } from "node:crypto";
import { type BigIntStats, closeSync, fstatSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import type { Extent, FileEntry } from "@/lib/protocol/store";
import { openFileAt, statAt } from "@/lib/workspace/dir-fd";
import { hashFd, statKey } from "@/lib/local-tree/content-hash";
import type { SyncedTree } from "./synced-tree";

const readSome = promisify(read);
/** Larger files are kept in pieces, and only pieces that changed are written again. */
const SMALL_BYTES = 1_048_576;
const PIECE_BYTES = 4 * 1_048_576;
/** A file that grows bit by bit gets a piece for each bit; so many of them are put together again. */
const MAX_BITS = 8;
/** Two writes within one tick of the kernel's clock leave the same times: what is this young is not trusted. */
const SETTLED_MS = 100;

export type FileNode = { dirFd: number; name: string; path: string; stat: BigIntStats };
export type Settled =
  | "same"
  | "put"
  /** Saved, but written so lately that a change right after would not show: to be looked at again soon. */
  | "young"
  /** It grows: a start of it was saved, as it was at one time. */
  | "growing"
  /** It changed whenever it was read; nothing of it was saved, or one of its states if that was asked for. */
  | "torn";

type Options = {
  tries: number;
  /** Saves a file that keeps changing nevertheless, in one of the states it had or a start of it. */
  takesTorn: boolean;
  /** Seals what was collected when it is enough for a segment. */
  makeRoom: () => Promise<void>;
};

/**
 * Brings one file of the disk into the synced tree. No other work runs between the last look at the file and the change
 * of the tree, so that of two readers of one file the later state always comes last.
 */
export async function settleFile(
  synced: SyncedTree,
  node: FileNode,
  options: Options,
): Promise<Settled> {
  const { path, stat } = node;
  if (synced.keys.get(path) === statKey(stat) && synced.tree.find(path)?.type === "file")
    return "same";
  for (let i = 1; i <= options.tries; i += 1) {
    const isLast = i === options.tries;
    const settled = await readOnce(synced, node, options, isLast && options.takesTorn);
    if (settled !== null) return settled;
  }
  return "torn";
}

// eslint-disable-next-line complexity -- what happens between two looks at a file reads best whole
async function readOnce(
  synced: SyncedTree,
  node: FileNode,
  { makeRoom }: Options,
  takesTorn: boolean,
): Promise<Settled | null> {
  const readAtMs = Date.now();
  const { fd, stat } = openFileAt(node.dirFd, node.name);
  try {
    const size = Number(stat.size);
    const old = synced.tree.find(node.path);
    const content =
      size <= SMALL_BYTES
        ? readSmall(fd, size)
        : await readPieces(synced, fd, size, old?.type === "file" ? old : null, makeRoom);
    if (!content) return null; // It was cut meanwhile.
    let isSame = statKey(fstatSync(fd, { bigint: true })) === statKey(stat);
    // A log grows while it is read: what was read is a state it had when the same bytes are there again.
    const isStart = !isSame && (await hashFd(fd, size)).sha256 === content.sha256;
    if (statAt(node.dirFd, node.name)?.ino !== stat.ino) isSame = false;
    else if (isStart && !takesTorn) takesTorn = true;
    if (!isSame && !takesTorn) return null;
    const { sha256 } = content;
    const extents =
      "body" in content ? synced.builder.addBody(sha256, content.body, false) : content.extents;
    const isPut = synced.putFile({ ...entryOf(node.path, stat), sha256, extents });
    if (!isSame) {
      synced.keys.delete(node.path);
      return isStart ? "growing" : "torn";
    }
    if (Number(stat.ctimeMs) >= readAtMs - SETTLED_MS) {
      synced.keys.delete(node.path);
      return "young";
    }
    synced.keys.set(node.path, statKey(stat));
    return isPut ? "put" : "same";
  } finally {
    closeSync(fd);
  }
}

function readSmall(fd: number, size: number): { sha256: string; body: Buffer } | null {
  const body = Buffer.allocUnsafeSlow(size);
  let done = 0;
  while (done < size) {
    const count = readSync(fd, body, done, size - done, done);
    if (count === 0) return null;
    done += count;
  }
  return { sha256: shaOf(body), body };
}

async function readPieces(
  { builder, contents }: SyncedTree,
  fd: number,
  size: number,
  old: FileEntry | null,
  makeRoom: () => Promise<void>,
): Promise<Pick<FileEntry, "sha256" | "extents"> | null> {
  const whole = createHash("sha256");
  const extents: Extent[] = [];
  const known = old ? knownPieces(old) : [];
  for (let position = 0; position < size;) {
    const before = known.shift();
    const length = Math.min(before?.length ?? PIECE_BYTES, size - position);
    const piece = await readExactly(fd, position, length);
    if (!piece) return null;
    whole.update(piece);
    const sha256 = shaOf(piece);
    if (before && before.sha256 === sha256 && before.length === length) extents.push(before);
    else extents.push(...builder.addBody(sha256, piece, true));
    if (builder.isFull) await makeRoom();
    position += length;
  }
  const sha256 = whole.digest("hex");
  if (!contents.has(sha256)) contents.set(sha256, extents);
  return { sha256, extents };
}

/** The pieces of an earlier state, as far as they can still be of use. */
function knownPieces({ sha256, extents }: FileEntry): Extent[] {
  const [only] = extents;
  // A file that was small until now is one piece.
  if (only && extents.length === 1 && only.length <= PIECE_BYTES) return [{ ...only, sha256 }];
  const end = extents.findIndex((one) => one.sha256 === undefined || one.length > PIECE_BYTES);
  const pieces = end < 0 ? [...extents] : extents.slice(0, end);
  const bits = pieces.length - 1 - pieces.findLastIndex((one) => one.length === PIECE_BYTES);
  return bits > MAX_BITS ? pieces.slice(0, pieces.length - bits) : pieces;
}

async function readExactly(fd: number, start: number, length: number): Promise<Buffer | null> {
  const body = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await readSome(fd, body, done, length - done, start + done);
    if (bytesRead === 0) return null;
    done += bytesRead;
  }
  return body;
}

const shaOf = (body: Buffer) => createHash("sha256").update(body).digest("hex");

const entryOf = (path: string, stat: BigIntStats) =>
  ({
    type: "file",
    path,
    size: Number(stat.size),
    mode: Number(stat.mode & 0o777n),
    mtimeMs: Number(stat.mtimeMs),
    createdMs: Number(stat.birthtimeMs),
  }) as const;
