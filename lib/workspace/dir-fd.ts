import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  type BigIntStats,
} from "node:fs";

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Names below an open directory. The kernel resolves `/proc/self/fd/<n>` to the directory itself, so what a hostile
 * process does to the folders above it meanwhile makes no difference; only the last name is looked up.
 */
export function at(dirFd: number, name: string): string {
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\0"))
    throw Object.assign(new Error("Not a single name"), { code: "EINVAL" });
  return `/proc/self/fd/${dirFd}/${name}`;
}

/** Opens a directory by its host path. Only for roots that no room can replace. */
export const openRoot = (path: string) => openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);

/** @throws ENOTDIR for a symlink, as for everything else that is no directory */
export const openDirAt = (dirFd: number, name: string) =>
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
export function statAt(dirFd: number, name: string): BigIntStats | null {
  try {
    return lstatSync(at(dirFd, name), { bigint: true });
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Names in byte order. `unreadable`: names that are not UTF-8, shown with replacement characters. */
export function namesIn(dirFd: number): { names: string[]; unreadable: string[] } {
  // A folder that changes while it is read may show a name twice.
  const names = new Set<string>();
  const unreadable = new Set<string>();
  for (const raw of readdirSync(`/proc/self/fd/${dirFd}`, { encoding: "buffer" })) {
    const name = raw.toString("utf8");
    (Buffer.from(name, "utf8").equals(raw) ? names : unreadable).add(name);
  }
  return { names: [...names].toSorted(compareBytes), unreadable: [...unreadable] };
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
