import { closeSync, type BigIntStats } from "node:fs";
import { AppError } from "@/lib/errors";
import { errnoOf, namesIn, openDirAt, openRoot, statAt } from "@/lib/workspace/dir-fd";
import { createBreather } from "@/lib/local-tree/breather";
import { isPart } from "@/lib/local-tree/replace-file";
import { MAX_DEPTH } from "@/lib/local-tree/visit-tree";

const MAX_PATH_BYTES = 4_096;
/** A tree of more nodes can't be saved: its list alone would take too much of the host's memory. */
const MAX_NODES = 500_000;

export type ScannedNode = { dirFd: number; name: string; path: string; stat: BigIntStats };

type Visitor = {
  /** Called for folders (before what is in them), files and links. */
  visit: (node: ScannedNode) => void | Promise<void>;
  /** Called for what can't have an entry: names that are not UTF-8, paths too long or too deep. */
  skip: (path: string) => void;
};

/** Walks a room's whole tree over open directories; sockets, FIFOs and devices are passed over. */
export async function scanTree(
  root: string,
  visitor: Visitor,
  signal?: AbortSignal,
): Promise<void> {
  const breathe = createBreather(signal);
  let count = 0;

  async function scanFolder(dirFd: number, folder: string, depth: number): Promise<void> {
    const { names, raw, isCut } = namesIn(dirFd);
    for (const name of raw) visitor.skip(folder + name.toString("utf8"));
    if (isCut) throw tooMany();
    for (const name of names) {
      await breathe();
      const stat = isPart(name) ? null : statAt(dirFd, name);
      if (!stat || !(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink())) continue;
      count += 1;
      if (count > MAX_NODES) throw tooMany();
      const path = folder + name;
      if (Buffer.byteLength(path) > MAX_PATH_BYTES || depth > MAX_DEPTH) {
        visitor.skip(path);
        continue;
      }
      await visitor.visit({ dirFd, name, path, stat });
      if (stat.isDirectory()) await enter(dirFd, name, path, depth);
    }
  }

  async function enter(dirFd: number, name: string, path: string, depth: number): Promise<void> {
    let childFd: number;
    try {
      childFd = openDirAt(dirFd, name);
    } catch (error) {
      // Removed or replaced since it was looked at: the next scan sees what it is now.
      if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(error) ?? "")) return visitor.skip(path);
      throw error;
    }
    try {
      await scanFolder(childFd, `${path}/`, depth + 1);
    } finally {
      closeSync(childFd);
    }
  }

  const rootFd = openRoot(root);
  try {
    await scanFolder(rootFd, "", 0);
  } finally {
    closeSync(rootFd);
  }
}

const tooMany = () =>
  new AppError("limit_exceeded", "This workroom has too many files to be saved.");
