import { closeSync, type BigIntStats } from "node:fs";
import { compareBytes, errnoOf, namesIn, openDirAt, statAt } from "@/lib/workspace/dir-fd";
import { isReservedPath } from "@/lib/protocol/paths";
import { fileError } from "@/lib/workspace/file-error";
import { createBreather } from "./breather";
import { reading } from "./guards";
import { isForeign, locate } from "./locate";
import type { Tree } from "./owners";
import { isPart } from "./replace-file";
import { MAX_DEPTH } from "./visit-tree";

export type Found = {
  dirFd: number;
  name: string;
  /** Its path below the folder that is visited. */
  below: string;
  stat: BigIntStats;
};
type Options = { recursive: boolean; after?: string | undefined };
/** False ends the walk. */
type Visit = (found: Found) => boolean | Promise<boolean>;

/**
 * Visits what lies in a folder in the byte order of the paths, as a saved state lists them: `a`, `a-b`, `a/b`. What comes
 * before `after` is passed over without being looked at. Links are named, never followed; sockets, FIFOs, devices, names
 * that are not UTF-8 and Workroom's own are left out.
 */
export async function visitBelow(
  tree: Tree,
  folder: string,
  { recursive, after = "" }: Options,
  visit: Visit,
): Promise<void> {
  const breathe = createBreather();

  async function visitFolder(dirFd: number, prefix: string, depth: number): Promise<boolean> {
    // A folder comes before what lies in it, but "a-b" comes before "a/b": folders wait for their turn.
    const waiting: string[] = [];
    const enterBefore = async (next: string | null): Promise<boolean> => {
      for (let last = waiting.at(-1); last !== undefined; last = waiting.at(-1)) {
        if (next !== null && compareBytes(`${last}/`, next) > 0) return true;
        waiting.pop();
        if (!(await enter(dirFd, last, `${prefix}${last}/`, depth))) return false;
      }
      return true;
    };
    for (const name of namesIn(dirFd).names) {
      await breathe();
      if (!(await enterBefore(name))) return false;
      const below = prefix + name;
      const isBehind = compareBytes(below, after) > 0;
      const mayHold = recursive && holdsBehind(`${below}/`, after);
      if (isPart(name) || isHidden(below) || !(isBehind || mayHold)) continue;
      const stat = statAt(dirFd, name);
      if (!stat || !(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink())) continue;
      if (isBehind && !(await visit({ dirFd, name, below, stat }))) return false;
      if (mayHold && stat.isDirectory() && depth < MAX_DEPTH) waiting.push(name);
    }
    return enterBefore(null);
  }

  async function enter(dirFd: number, name: string, prefix: string, depth: number) {
    const childFd = openIfThere(dirFd, name);
    if (childFd === null) return true;
    try {
      return await visitFolder(childFd, prefix, depth + 1);
    } finally {
      closeSync(childFd);
    }
  }

  let isHidden = (_below: string) => false;
  await locate(tree.root, folder, { followsLast: true, ...reading }, async (place) => {
    if (place.path === "") isHidden = isReservedPath;
    const { dirFd, name } = place;
    if (name !== null && isForeign(dirFd, name)) throw fileError("ENOENT", { path: folder });
    const folderFd = name === null ? dirFd : openDirAt(dirFd, name);
    try {
      await visitFolder(folderFd, "", 0);
    } finally {
      if (folderFd !== dirFd) closeSync(folderFd);
    }
  });
}

/** Whether anything that begins with `prefix` comes behind a path. */
const holdsBehind = (prefix: string, after: string) =>
  after.startsWith(prefix) || compareBytes(prefix, after) > 0;

/** Null for what was removed or replaced since it was looked at. */
function openIfThere(dirFd: number, name: string): number | null {
  try {
    return openDirAt(dirFd, name);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(error) ?? "")) return null;
    throw error;
  }
}
