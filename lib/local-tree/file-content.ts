import { closeSync, createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { errnoOf, openFileAt, statAt } from "@/lib/workspace/dir-fd";
import { fileError } from "@/lib/workspace/file-error";
import { hashFd, statKey } from "./content-hash";
import { making, reading } from "./guards";
import { locate, type Place } from "./locate";
import { giveFd, type Tree } from "./owners";
import { replaceFile } from "./replace-file";

/** Files up to this size have their SHA-256 as etag; larger ones a tag made of their times, so that reads start at once. */
const HASHED_BYTES = 16 * 1_048_576;

type ReadOptions = { offset?: number | undefined; length?: number | undefined };

export function openFound({ dirFd, name }: Pick<Place, "dirFd" | "name">) {
  if (name === null) throw fileError("EISDIR");
  return openFileAt(dirFd, name);
}

type OpenFile = ReturnType<typeof openFileAt>;

export const etagOf = async ({ fd, stat }: OpenFile): Promise<string> =>
  stat.size <= HASHED_BYTES ? (await hashFd(fd)).sha256 : `stat-${statKey(stat)}`;

/** Opens a file, resolved inside the tree, for reading a part of it. */
export async function openForReading(
  tree: Tree,
  path: string,
  { offset = 0, length }: ReadOptions,
) {
  const file = await locate(tree.root, path, { followsLast: true, ...reading }, openFound);
  try {
    const size = Number(file.stat.size);
    const count = Math.max(0, Math.min(size - offset, length ?? size));
    const etag = await etagOf(file);
    return { body: streamOf(file.fd, offset, count), size, length: count, etag };
  } catch (error) {
    closeSync(file.fd);
    throw error;
  }
}

function streamOf(fd: number, start: number, count: number): Readable {
  // `end` of a stream is inclusive, so it has no way to say "nothing".
  if (count > 0) return createReadStream("", { fd, start, end: start + count - 1 });
  closeSync(fd);
  return Readable.from([]);
}

/** What a file has to be for a change of it to be made; anything else is ESTALE, or EEXIST. */
export type Conditions = {
  ifMatch?: string | undefined;
  ifNoneMatch?: "*" | undefined;
  expectedMtime?: string | undefined;
};

/** @throws AppError ESTALE, EEXIST, or what opening the file fails with */
async function assertUnchanged(place: Place, conditions: Conditions): Promise<void> {
  const { ifMatch, ifNoneMatch, expectedMtime } = conditions;
  if (ifMatch === undefined && ifNoneMatch === undefined && expectedMtime === undefined) return;
  const file = openIfThere(place);
  try {
    if (file && ifNoneMatch) throw fileError("EEXIST", { path: place.path });
    const mtime = file && new Date(Number(file.stat.mtimeMs)).toISOString();
    const isStale =
      (expectedMtime !== undefined && mtime !== new Date(expectedMtime).toISOString()) ||
      (ifMatch !== undefined && (file === null || (await etagOf(file)) !== ifMatch));
    if (isStale) throw fileError("ESTALE", { path: place.path });
  } finally {
    if (file) closeSync(file.fd);
  }
}

function openIfThere(place: Place): OpenFile | null {
  try {
    return openFound(place);
  } catch (error) {
    if (["ENOENT", "ENOTREG", "ENXIO"].includes(errnoOf(error) ?? "")) return null;
    throw error;
  }
}

type PlaceOptions = Conditions & {
  overwrites: boolean;
  mayChangeInput: boolean;
  signal?: AbortSignal | undefined;
};

/** Replaces a file, atomically; missing folders are made. A link is followed when what it leads to may be replaced. */
export async function placeFile(
  tree: Tree,
  path: string,
  body: Readable | Uint8Array,
  { overwrites, mayChangeInput, signal, ...conditions }: PlaceOptions,
): Promise<{ size: number; isCreated: boolean; path: string }> {
  const options = { followsLast: overwrites, ...making(tree, path, mayChangeInput) };
  return locate(tree.root, path, options, async (place) => {
    const { dirFd, name } = place;
    const now = name === null ? null : statAt(dirFd, name);
    if (name === null || now?.isDirectory()) throw fileError("EISDIR", { path });
    if (now && !overwrites) throw fileError("EEXIST", { path });
    await assertUnchanged(place, conditions);
    const mode = now?.isFile() ? Number(now.mode & 0o777n) : 0o644;
    const { size } = await replaceFile(dirFd, name, body, {
      mode,
      overwrites: overwrites && conditions.ifNoneMatch === undefined,
      finish: (fd) => giveFd(tree, place.path, fd),
      signal,
      isDurable: true,
    });
    return { size, isCreated: !now, path: place.path };
  });
}
