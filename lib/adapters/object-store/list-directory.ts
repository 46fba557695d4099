import { closeSync, type BigIntStats } from "node:fs";
import type { ListOptions, StoredObject } from "@/lib/ports/object-store";
import {
  compareBytes,
  errnoOf,
  namesIn,
  openDirAt,
  openRoot,
  statAt,
} from "@/lib/workspace/dir-fd";
import { isPartialName } from "@/lib/workspace/object-key";

const DEFAULT_LIMIT = 1_000;

export const etagOf = (stat: BigIntStats): string => `${stat.size}-${stat.mtimeNs}-${stat.ino}`;

export const describeFile = (key: string, stat: BigIntStats): StoredObject => ({
  key,
  size: Number(stat.size),
  etag: etagOf(stat),
  modifiedAt: stat.mtime,
});

/** The files below a folder of the host as objects, in byte order of their keys. */
export function listDirectory(
  root: string,
  prefix: string,
  { after = "", limit = DEFAULT_LIMIT }: ListOptions,
): StoredObject[] {
  const found: StoredObject[] = [];
  const visit = (dirFd: number, folder: string) => {
    for (const { key, name, stat } of childrenOf(dirFd, folder, prefix)) {
      if (found.length >= limit) return;
      if (!key.endsWith("/")) {
        if (stat.isFile() && compareBytes(key, after) > 0) found.push(describeFile(key, stat));
      } else if (after.startsWith(key) || compareBytes(key, after) > 0) {
        visitFolder(dirFd, name, (childFd) => visit(childFd, key));
      }
    }
  };
  const rootFd = openRoot(root);
  try {
    visit(rootFd, "");
  } finally {
    closeSync(rootFd);
  }
  return found;
}

type Child = { name: string; key: string; stat: BigIntStats };

/** "a-b" sorts before "a/b", although the folder "a" comes before the file "a-b": folders compare with their slash. */
function childrenOf(dirFd: number, folder: string, prefix: string): Child[] {
  const children: Child[] = [];
  for (const name of namesIn(dirFd, Number.POSITIVE_INFINITY).names) {
    const path = folder + name;
    const isOnTheWay = prefix.startsWith(`${path}/`);
    if (isPartialName(name) || !(isOnTheWay || path.startsWith(prefix) || `${path}/` === prefix))
      continue;
    const stat = statAt(dirFd, name);
    if (stat) children.push({ name, stat, key: stat.isDirectory() ? `${path}/` : path });
  }
  return children
    .filter(({ key }) => key.startsWith(prefix) || prefix.startsWith(key))
    .toSorted((a, b) => compareBytes(a.key, b.key));
}

/** A folder that is taken away while it is listed has nothing in it. */
function visitFolder(dirFd: number, name: string, visit: (childFd: number) => void): void {
  let childFd: number;
  try {
    childFd = openDirAt(dirFd, name);
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return;
    throw error;
  }
  try {
    visit(childFd);
  } finally {
    closeSync(childFd);
  }
}
