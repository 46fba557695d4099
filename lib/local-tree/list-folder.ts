import { closeSync, fstatSync, type BigIntStats } from "node:fs";
import { AppError } from "@/lib/errors";
import type { FileNode } from "@/lib/protocol/files";
import { isInputPath } from "@/lib/protocol/paths";
import { namesIn, openDirAt, statAt } from "@/lib/workspace/dir-fd";
import { createBreather } from "./breather";
import { locate, type Place } from "./locate";
import { fixedFolders, type Tree } from "./owners";
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

/** What a room has before anything was put into it. @throws AppError `not_found` below its folders */
export function listNewRoom(folder: string): { nodes: FileNode[]; isTruncated: boolean } {
  if (fixedFolders.has(folder)) return { nodes: [], isTruncated: false };
  if (folder !== "") throw new AppError("not_found", "This file does not exist.");
  const modifiedAt = new Date().toISOString();
  const nodes = [...fixedFolders].map((path) => ({
    path,
    name: path,
    type: "directory" as const,
    size: 0,
    modifiedAt,
    isReadOnly: isInputPath(path),
  }));
  return { nodes, isTruncated: false };
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
    isReadOnly: isInputPath(path),
  };
}

function typeOf(stat: BigIntStats): FileNode["type"] | null {
  if (stat.isFile()) return "file";
  if (stat.isDirectory()) return "directory";
  return stat.isSymbolicLink() ? "symlink" : null;
}
