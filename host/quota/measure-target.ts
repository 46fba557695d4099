import { closeSync, fstatSync } from "node:fs";
import { errnoOf, openDirAt, openRoot, statAt } from "@/lib/workspace/dir-fd";

export type Target = {
  /** Size of the file that lies there now. */
  oldBytes: number;
  /** Names on the way that are not there yet, the last one included. */
  missing: number;
  /** Number of the folder that holds it, and of itself; `null` when it is not there. */
  folderIno: number | null;
  ino: number | null;
};

/** What lies at a path below a root, walked over open folders. Behind a link everything counts as missing. */
export function measureTarget(rootPath: string, names: readonly string[]): Target {
  const opened = [openRoot(rootPath)];
  try {
    for (const [i, name] of names.entries()) {
      const folderFd = opened.at(-1) ?? -1;
      const isLast = i === names.length - 1;
      if (isLast) return lastOf(folderFd, name);
      const fd = tryOpen(folderFd, name);
      if (fd === null)
        return { oldBytes: 0, missing: names.length - i, folderIno: null, ino: null };
      opened.push(fd);
    }
    return { oldBytes: 0, missing: 0, folderIno: null, ino: null };
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

function lastOf(folderFd: number, name: string): Target {
  const stat = statAt(folderFd, name);
  return {
    oldBytes: stat?.isFile() === true && stat.nlink === 1n ? Number(stat.size) : 0,
    missing: stat ? 0 : 1,
    folderIno: fstatSync(folderFd).ino,
    ino: stat ? Number(stat.ino) : null,
  };
}

function tryOpen(folderFd: number, name: string): number | null {
  try {
    return openDirAt(folderFd, name);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(error) ?? "")) return null;
    throw error;
  }
}
