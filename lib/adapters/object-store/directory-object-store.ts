import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  createReadStream,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { AppError } from "@/lib/errors";
import type { ByteRange, ObjectStore } from "@/lib/ports/object-store";
import {
  at,
  compareBytes,
  errnoOf,
  makeDirAt,
  namesIn,
  openDirAt,
  openFileAt,
  openRoot,
  statAt,
} from "@/lib/workspace/dir-fd";
import { writeToFd } from "@/lib/workspace/write-to-fd";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
const TEMP_PREFIX = ".tmp-";

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
      const dirFd = openFolders(root, names, owner);
      try {
        await writeObject(dirFd, name, body, owner, options?.signal);
      } catch (error) {
        throw asStoreError(error);
      } finally {
        closeSync(dirFd);
      }
    },
    async get(key, options) {
      return readObject(root, key, options);
    },
    async getBytes(key, options) {
      return buffer(await store.get(key, options));
    },
    async size(key) {
      try {
        const { fd, size } = openObject(root, key);
        closeSync(fd);
        return size;
      } catch (error) {
        if (error instanceof AppError && error.code === "not_found") return null;
        throw error;
      }
    },
    async list(prefix, options = {}) {
      return listKeys(root, prefix, options);
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
  const names = key.split("/");
  const isValid = names.every(
    (name) => /^[A-Za-z0-9._-]{1,255}$/.test(name) && !/^\.{1,2}$/.test(name),
  );
  const name = names.pop();
  if (!isValid || name === undefined || name.startsWith(TEMP_PREFIX) || key.length > 1_024)
    throw new AppError("invalid_input", "This is not the key of an object.", { details: { key } });
  return { names, name };
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

function openObject(root: string, key: string): { fd: number; size: number } {
  const { names, name } = splitKey(key);
  const dirFd = findFolder(root, names);
  try {
    if (dirFd !== null) {
      const { fd, stat } = openFileAt(dirFd, name);
      return { fd, size: Number(stat.size) };
    }
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
  const { fd, size } = openObject(root, key);
  const { range, signal } = options;
  try {
    if (range) checkRange(range, size);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return createReadStream("", { fd, start: 0, ...range, ...(signal && { signal }) });
}

function deleteObject(root: string, key: string): void {
  const { names, name } = splitKey(key);
  const dirFd = findFolder(root, names);
  if (dirFd === null) return;
  try {
    unlinkIfThere(at(dirFd, name));
  } finally {
    closeSync(dirFd);
  }
}

async function writeObject(
  dirFd: number,
  name: string,
  body: Uint8Array | Readable,
  owner: Owner | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const temp = at(dirFd, TEMP_PREFIX + randomUUID());
  const fd = openSync(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640);
  try {
    try {
      if (owner) fchownSync(fd, owner.uid, owner.gid);
      await writeToFd(fd, body, { signal });
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temp, at(dirFd, name));
  } catch (error) {
    unlinkIfThere(temp);
    throw error;
  }
  fsyncSync(dirFd);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

function listKeys(
  root: string,
  prefix: string,
  { after = "", limit = 1_000 }: { after?: string; limit?: number },
): string[] {
  const keys: string[] = [];
  // "a-b" sorts before "a/b", although the folder "a" comes before the file "a-b": folders compare with their slash.
  const visit = (dirFd: number, folder: string) => {
    const children = namesIn(dirFd, Number.POSITIVE_INFINITY).names.map((name) => {
      const isFolder = statAt(dirFd, name)?.isDirectory() === true;
      return { name, isFolder, key: folder + name + (isFolder ? "/" : "") };
    });
    for (const child of children.toSorted((a, b) => compareBytes(a.key, b.key))) {
      if (keys.length >= limit) return;
      const { key, isFolder, name } = child;
      const isWanted = key.startsWith(prefix) || (isFolder && prefix.startsWith(key));
      if (!isWanted || name.startsWith(TEMP_PREFIX)) continue;
      if (!isFolder) {
        if (compareBytes(key, after) > 0) keys.push(key);
      } else if (after.startsWith(key) || compareBytes(key, after) > 0) {
        const childFd = openDirAt(dirFd, name);
        try {
          visit(childFd, key);
        } finally {
          closeSync(childFd);
        }
      }
    }
  };
  const rootFd = openRoot(root);
  try {
    visit(rootFd, "");
  } finally {
    closeSync(rootFd);
  }
  return keys;
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
