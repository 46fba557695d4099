import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  createReadStream,
  fchownSync,
  fsyncSync,
  fstatSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  type BigIntStats,
} from "node:fs";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AppError } from "@/lib/errors";
import type { ByteRange, ObjectStore } from "@/lib/ports/object-store";
import {
  at,
  errnoOf,
  makeDirAt,
  openDirAt,
  openFileAt,
  openRoot,
  statAt,
} from "@/lib/workspace/dir-fd";
import { checkObjectKey } from "@/lib/workspace/object-key";
import { writeToFd } from "@/lib/workspace/write-to-fd";
import { describeFile, etagOf, listDirectory } from "./list-directory";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
const MAX_TRIES = 20;

type Owner = { uid: number; gid: number };
type Options = {
  /** An existing directory. */
  root: string;
  /** Who owns what is written, where the writer is root and another user reads. */
  owner?: Owner | undefined;
};

/**
 * Objects as files below one directory. Directories are opened name by name and never through links, because on one
 * machine a less privileged user may own them.
 */
export function createDirectoryObjectStore({ root, owner }: Options): ObjectStore {
  const store: ObjectStore = {
    async put(key, body, options) {
      const { names, name } = splitKey(key);
      const folder = { root, names, owner };
      try {
        return { etag: etagOf(await writeObject(folder, name, body, options?.signal)) };
      } catch (error) {
        throw asStoreError(error);
      }
    },
    async get(key, options) {
      return readObject(root, key, options);
    },
    async getBytes(key, options) {
      return buffer(await store.get(key, options));
    },
    async size(key) {
      return (await store.stat(key))?.size ?? null;
    },
    async stat(key) {
      try {
        const { fd, stat } = openObject(root, key);
        closeSync(fd);
        return { ...describeFile(key, stat), metadata: {} };
      } catch (error) {
        if (error instanceof AppError && error.code === "not_found") return null;
        throw error;
      }
    },
    async list(prefix, options = {}) {
      return listDirectory(root, prefix, options).map(({ key }) => key);
    },
    async listObjects(prefix, options = {}) {
      return listDirectory(root, prefix, options);
    },
    async delete(key) {
      deleteObject(root, key);
    },
    async check() {
      const key = `.check-${randomUUID()}`;
      await store.put(key, Buffer.from("ok"));
      await store.delete(key);
    },
  };
  return store;
}

function splitKey(key: string): { names: string[]; name: string } {
  checkObjectKey(key);
  const names = key.split("/");
  return { name: names.pop() ?? "", names };
}

/** Opens the folder of a key, made on the way; each new name is made durable in its parent. */
function openFolders(root: string, names: string[], owner: Owner | undefined): number {
  let dirFd = openRoot(root);
  for (const name of names) {
    const parentFd = dirFd;
    try {
      const made = makeDirAt(parentFd, name, 0o750);
      dirFd = made.fd;
      if (!made.isNew) continue;
      if (owner) fchownSync(dirFd, owner.uid, owner.gid);
      fsyncSync(parentFd);
    } finally {
      closeSync(parentFd);
    }
  }
  return dirFd;
}

function findFolder(root: string, names: string[]): number | null {
  let dirFd = openRoot(root);
  for (const name of names) {
    const parentFd = dirFd;
    try {
      dirFd = openDirAt(parentFd, name);
    } catch (error) {
      if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return null;
      throw error;
    } finally {
      closeSync(parentFd);
    }
  }
  return dirFd;
}

function openObject(root: string, key: string): { fd: number; stat: BigIntStats } {
  const { names, name } = splitKey(key);
  const dirFd = findFolder(root, names);
  try {
    if (dirFd !== null) return openFileAt(dirFd, name);
  } catch (error) {
    if (!["ENOENT", "ELOOP", "EISDIR", "ENOTREG"].includes(errnoOf(error) ?? "")) throw error;
  } finally {
    if (dirFd !== null) closeSync(dirFd);
  }
  throw new AppError("not_found", "This object does not exist.", { details: { key } });
}

function readObject(
  root: string,
  key: string,
  options: { range?: ByteRange; signal?: AbortSignal } = {},
): Readable {
  const { fd, stat } = openObject(root, key);
  const { range, signal } = options;
  try {
    if (range) checkRange(range, Number(stat.size));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return createReadStream("", { fd, start: 0, ...range, ...(signal && { signal }) });
}

/** Folders that become empty go as well: a folder without an object is no key, and would be in the way of one. */
function deleteObject(root: string, key: string): void {
  const { names, name } = splitKey(key);
  const dirFd = findFolder(root, names);
  if (dirFd === null) return;
  try {
    const stat = statAt(dirFd, name);
    if (!stat || stat.isDirectory()) return;
    unlinkIfThere(at(dirFd, name));
  } finally {
    closeSync(dirFd);
  }
  for (let last = names.pop(); last !== undefined; last = names.pop())
    if (!removeIfEmpty(root, names, last)) return;
}

function removeIfEmpty(root: string, names: string[], name: string): boolean {
  const dirFd = findFolder(root, names);
  if (dirFd === null) return false;
  try {
    rmdirSync(at(dirFd, name));
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return false;
    throw error;
  } finally {
    closeSync(dirFd);
  }
}

type Folder = { root: string; names: string[]; owner: Owner | undefined };

/** Writes beside the others under a name of its own, then renames: a reader sees the old object or the whole new one. */
async function writeObject(
  folder: Folder,
  name: string,
  body: Uint8Array | Readable,
  signal: AbortSignal | undefined,
): Promise<BigIntStats> {
  const { owner } = folder;
  const { dirFd, temp, fd } = openPartial(folder);
  try {
    let stat: BigIntStats;
    try {
      if (owner) fchownSync(fd, owner.uid, owner.gid);
      await writeToFd(fd, body, { signal });
      fsyncSync(fd);
      stat = fstatSync(fd, { bigint: true });
    } finally {
      closeSync(fd);
    }
    renameSync(temp, at(dirFd, name));
    fsyncSync(dirFd);
    return stat;
  } catch (error) {
    unlinkIfThere(temp);
    throw error;
  } finally {
    closeSync(dirFd);
  }
}

/** Whoever deletes the last object of a folder takes the folder away; then it is made again. */
function openPartial({ root, names, owner }: Folder): { dirFd: number; temp: string; fd: number } {
  for (let attempt = 1; ; attempt += 1) {
    let dirFd: number | null = null;
    try {
      dirFd = openFolders(root, names, owner);
      const temp = at(dirFd, `.tmp-${randomUUID()}`);
      return { dirFd, temp, fd: openSync(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640) };
    } catch (error) {
      if (dirFd !== null) closeSync(dirFd);
      if (errnoOf(error) !== "ENOENT" || attempt === MAX_TRIES) throw error;
    }
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function checkRange({ start, end }: ByteRange, size: number): void {
  if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end < start || end >= size)
    throw new AppError("invalid_input", "These bytes are outside the object.");
}

function asStoreError(error: unknown): unknown {
  const code = errnoOf(error);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new AppError("disk_full", "The disk of the object store is full.", { cause: error });
  return error;
}
