import { closeSync, fstatSync, type BigIntStats } from "node:fs";
import type { FileNode } from "@/lib/protocol/files";
import { namesIn, openDirAt, statAt } from "@/lib/workspace/dir-fd";
import { createBreather } from "./breather";
import { locate, type Place } from "./locate";
import { isInput, type Tree } from "./owners";
import { isPart } from "./replace-file";

/** Nodes of one folder in byte order, at most `limit`. */
export async function listFolder(tree: Tree, folder: string, limit: number) {
  return locate(tree.root, folder, { followsLast: true }, async ({ dirFd, name }) => {
    const folderFd = name === null ? dirFd : openDirAt(dirFd, name);
    try {
      const breathe = createBreather();
      const nodes: FileNode[] = [];
      const { names, isCut } = namesIn(folderFd);
      for (const child of names) {
        if (isPart(child)) continue;
        const path = folder === "" ? child : `${folder}/${child}`;
        const node = nodeAt({ dirFd: folderFd, name: child }, path);
        if (node && nodes.length === limit) return { nodes, isTruncated: true };
        if (node) nodes.push(node);
        await breathe();
      }
      return { nodes, isTruncated: isCut };
    } finally {
      if (folderFd !== dirFd) closeSync(folderFd);
    }
  });
}

/** `null` for what is gone, and for sockets, FIFOs and devices. */
export function nodeAt({ dirFd, name }: Place, path: string): FileNode | null {
  const stat = name === null ? fstatSync(dirFd, { bigint: true }) : statAt(dirFd, name);
  const type = stat && typeOf(stat);
  if (!stat || !type) return null;
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    type,
    size: type === "directory" ? 0 : Number(stat.size),
    modifiedAt: new Date(Number(stat.mtimeMs)).toISOString(),
    isReadOnly: isInput(path),
  };
}

function typeOf(stat: BigIntStats): FileNode["type"] | null {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "symlink" : null;
}
