import { closeSync, fstatSync, lstatSync, type Stats } from "node:fs";
import { at, errnoOf, namesIn, openDirAt, openRoot, type RawName } from "@/lib/workspace/dir-fd";
import { PART_PREFIX } from "@/lib/workspace/normal-path";
import type { Usage } from "./usage-book";

/** Called for each entry below the root, a folder before what it holds. */
type Visit = (found: { stats: Stats; name: RawName; folderIno: number }) => void;

const ALL_NAMES = Number.POSITIVE_INFINITY;
/** Each level holds a descriptor; what lies deeper is not counted, nor saved. */
const MAX_DEPTH = 1_024;

/**
 * Counts what lies below a folder as a UsageBook does, by walking open folders; no link is followed. `root`: a path, or
 * an open folder.
 */
export function countTree(root: string | number, visit: Visit = () => undefined): Usage {
  const usage: Usage = { files: 0, bytes: 0 };
  const linked = new Set<number>();
  const rootFd = typeof root === "number" ? root : openRoot(root);
  try {
    countFolder(rootFd, fstatSync(rootFd).ino, 0);
  } finally {
    if (typeof root === "string") closeSync(rootFd);
  }
  return usage;

  function countFolder(fd: number, folderIno: number, depth: number): void {
    const { names, raw } = namesIn(fd, ALL_NAMES);
    for (const name of [...names, ...raw]) {
      if (typeof name === "string" && name.startsWith(PART_PREFIX)) continue;
      const stats = lstatSync(at(fd, name) as string, { throwIfNoEntry: false });
      if (!stats) continue;
      usage.files += 1;
      if (stats.isFile() && isFirst(stats)) usage.bytes += stats.size;
      visit({ stats, name, folderIno });
      if (stats.isDirectory() && depth < MAX_DEPTH) enter(fd, name, stats.ino, depth + 1);
    }
  }

  function enter(parentFd: number, name: RawName, ino: number, depth: number): void {
    let fd: number;
    try {
      fd = openDirAt(parentFd, name);
    } catch (error) {
      if (["ENOENT", "ENOTDIR"].includes(errnoOf(error) ?? "")) return; // gone meanwhile
      throw error;
    }
    try {
      countFolder(fd, ino, depth);
    } finally {
      closeSync(fd);
    }
  }

  /** A hard-linked file counts its bytes with the first of its names. */
  function isFirst({ nlink, ino }: Stats): boolean {
    if (nlink === 1) return true;
    if (linked.has(ino)) return false;
    linked.add(ino);
    return true;
  }
}
