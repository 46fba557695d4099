import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  type BigIntStats,
} from "node:fs";

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/** A file name as the kernel has it; a Buffer when it is not UTF-8. */
export type RawName = string | Buffer;

/**
 * Names below an open directory. The kernel resolves `/proc/self/fd/<n>` to the directory itself, so what a hostile
 * process does to the folders above it meanwhile makes no difference; only the last name is looked up.
 */
export function at(dirFd: number, name: string): string;
export function at(dirFd: number, name: RawName): RawName;
export function at(dirFd: number, name: RawName): RawName {
  const text = typeof name === "string" ? name : name.toString("latin1");
  if (text === "" || text === "." || text === ".." || text.includes("/") || text.includes("\0"))
    throw Object.assign(new Error("Not a single name"), { code: "EINVAL" });
  const folder = `/proc/self/fd/${dirFd}/`;
  return typeof name === "string" ? folder + name : Buffer.concat([Buffer.from(folder), name]);
}

/** Opens a directory by its host path. Only for roots that no room can replace. */
export const openRoot = (path: string) => openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

/** @throws ENOTDIR for a symlink, as for everything else that is no directory */
export const openDirAt = (dirFd: number, name: RawName) =>
  openSync(at(dirFd, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

/** Opens or makes a directory; `isNew` when this call made it. */
export function makeDirAt(dirFd: number, name: string, mode = 0o755) {
  let isNew = true;
  try {
    mkdirSync(at(dirFd, name), mode);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    isNew = false;
  }
  return { fd: openDirAt(dirFd, name), isNew };
}

/**
 * Opens a regular file for reading. O_NONBLOCK keeps a FIFO from hanging the caller; a symlink is refused (ELOOP).
 *
 * @throws an error with code `ENOTREG` for FIFOs, sockets and devices, `EISDIR` for directories
 */
export function openFileAt(dirFd: number, name: string): { fd: number; stat: BigIntStats } {
  const fd = openSync(at(dirFd, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  const stat = fstatSync(fd, { bigint: true });
  if (stat.isFile()) return { fd, stat };
  closeSync(fd);
  throw Object.assign(new Error("Not a regular file"), {
    code: stat.isDirectory() ? "EISDIR" : "ENOTREG",
  });
}

/** The node itself, never the target of a link; `null` when nothing is there. */
export function statAt(dirFd: number, name: RawName): BigIntStats | null {
  try {
    return lstatSync(at(dirFd, name), { bigint: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** No folder is read beyond this many names: a room could fill one to stop its host. */
const MAX_NAMES = 100_000;

type Names = {
  names: string[];
  /** Names that are not UTF-8. */
  raw: Buffer[];
  /** True when the folder has more names than are given. */
  isCut: boolean;
};

/** Names of an open folder in byte order; of a larger one any `limit` of them. */
export function namesIn(dirFd: number, limit = MAX_NAMES): Names {
  // A folder that changes while it is read may show a name twice.
  const names = new Set<string>();
  const raw: Buffer[] = [];
  // The types lack an encoding of buffers here; Node has it.
  const options = { encoding: "buffer" as BufferEncoding, bufferSize: 512 };
  const dir = opendirSync(`/proc/self/fd/${dirFd}`, options);
  try {
    for (let entry = dir.readSync(); entry; entry = dir.readSync()) {
      if (names.size + raw.length >= limit) return sorted(true);
      const bytes = entry.name as unknown as Buffer;
      const name = bytes.toString("utf8");
      if (Buffer.from(name, "utf8").equals(bytes)) names.add(name);
      else raw.push(bytes);
    }
    return sorted(false);
  } finally {
    dir.closeSync();
  }
  function sorted(isCut: boolean): Names {
    return { names: [...names].toSorted(compareBytes), raw, isCut };
  }
}

/** Order of the UTF-8 bytes, as the object store lists keys; JavaScript's own order differs above U+FFFF. */
export function compareBytes(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a.charCodeAt(i) === b.charCodeAt(i)) i += 1;
  return i === shorter
    ? a.length - b.length
    : byteRank(a.charCodeAt(i)) - byteRank(b.charCodeAt(i));
}

/** Surrogates stand for code points above every other UTF-16 unit, but have smaller numbers than U+E000 to U+FFFF. */
const byteRank = (unit: number) =>
  unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800;

export const errnoOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
