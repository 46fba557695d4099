import { closeSync, createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { errnoOf, openFileAt, statAt } from "@/lib/workspace/dir-fd";
import { hashFd, statKey } from "./content-hash";
import { locate, type Place } from "./locate";
import { giveFd, makesFolders, type Tree } from "./owners";
import { replaceFile } from "./replace-file";

/** Files up to this size have their SHA-256 as etag; larger ones a tag made of their times, so that reads start at once. */
const HASHED_BYTES = 16 * 1_048_576;

type ReadOptions = { offset?: number | undefined; length?: number | undefined };

function openFound({ dirFd, name }: Place) {
  if (name === null) throw Object.assign(new Error("A folder"), { code: "EISDIR" });
  return openFileAt(dirFd, name);
}

/** Opens a file, resolved inside the tree, for reading a part of it. */
export async function openForReading(
  tree: Tree,
  path: string,
  { offset = 0, length }: ReadOptions,
) {
  const { fd, stat } = await locate(tree.root, path, { followsLast: true }, openFound);
  try {
    const size = Number(stat.size);
    const count = Math.max(0, Math.min(size - offset, length ?? size));
    const etag = size <= HASHED_BYTES ? (await hashFd(fd)).sha256 : `stat-${statKey(stat)}`;
    return { body: streamOf(fd, offset, count), size, length: count, etag };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function streamOf(fd: number, start: number, count: number): Readable {
  // `end` of a stream is inclusive, so it has no way to say "nothing".
  if (count > 0) return createReadStream("", { fd, start, end: start + count - 1 });
  closeSync(fd);
  return Readable.from([]);
}

/** SHA-256 of a file now; `null` when nothing is there. */
export async function currentHash(tree: Tree, path: string): Promise<string | null> {
  try {
    const { fd } = await locate(tree.root, path, { followsLast: true }, openFound);
    try {
      return (await hashFd(fd)).sha256;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Replaces a file, atomically; missing folders are made. */
export async function placeFile(
  tree: Tree,
  path: string,
  overwrites: boolean,
  body: Readable | Uint8Array,
  signal: AbortSignal | undefined,
): Promise<number> {
  const options = { followsLast: overwrites, ...makesFolders(tree, path) };
  return locate(tree.root, path, options, async ({ dirFd, name }) => {
    const now = name === null ? null : statAt(dirFd, name);
    if (name === null || now?.isDirectory())
      throw Object.assign(new Error("A folder"), { code: "EISDIR" });
    if (now && !overwrites) throw Object.assign(new Error("Exists"), { code: "EEXIST" });
    const mode = now?.isFile() ? Number(now.mode & 0o777n) : 0o644;
    const finish = giveFd.bind(null, tree, path);
    return (
      await replaceFile(dirFd, name, body, { mode, overwrites, finish, signal, isDurable: true })
    ).size;
  });
}
