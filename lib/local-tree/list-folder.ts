import { fstatSync, readlinkSync, type BigIntStats } from "node:fs";
import type { FileOpInput, FileOpResult, FileStat } from "@/lib/protocol/file-ops";
import type { FileNode } from "@/lib/protocol/files";
import { isInputPath } from "@/lib/protocol/paths";
import { at, statAt } from "@/lib/workspace/dir-fd";
import { createGlobMatcher } from "@/lib/workspace/glob-matcher";
import type { Place } from "./locate";
import type { Tree } from "./owners";
import { visitBelow } from "./visit-below";

type Asked = Pick<FileOpInput<"ls">, "path" | "limit"> & Partial<FileOpInput<"ls">>;

/** A page of a folder's nodes behind `cursor`. Each page reads its folders anew, so it is right whatever came or went. */
export async function listFolder(tree: Tree, asked: Asked): Promise<FileOpResult<"ls">> {
  const { path, limit, recursive = false, cursor, glob } = asked;
  const fits = glob === undefined ? () => true : createGlobMatcher(glob);
  const nodes: FileNode[] = [];
  let last: string | null = null;
  let nextCursor: string | null = null;
  await visitBelow(tree, path, { recursive, after: cursor }, ({ below, stat }) => {
    if (!fits(below)) return true;
    if (nodes.length === limit) {
      nextCursor = last;
      return false;
    }
    last = below;
    nodes.push(nodeOf(path === "" ? below : `${path}/${below}`, stat));
    return true;
  });
  return { nodes, nextCursor };
}

/** `null` for what is gone, and for sockets, FIFOs and devices. */
export function statOf(place: Pick<Place, "dirFd" | "name">): BigIntStats | null {
  const { dirFd, name } = place;
  const stat = name === null ? fstatSync(dirFd, { bigint: true }) : statAt(dirFd, name);
  return stat && (stat.isFile() || stat.isDirectory() || stat.isSymbolicLink()) ? stat : null;
}

export function nodeOf(path: string, stat: BigIntStats): FileNode {
  const type = stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "symlink";
  return {
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    type,
    size: type === "directory" ? 0 : Number(stat.size),
    modifiedAt: isoTime(stat.mtimeMs),
    isReadOnly: isInputPath(path),
  };
}

/** All there is to say of a node but its etag. */
export function describeNode(
  { dirFd, name }: Pick<Place, "dirFd" | "name">,
  path: string,
  stat: BigIntStats,
): Omit<FileStat, "etag"> {
  const isLink = name !== null && stat.isSymbolicLink();
  return {
    ...nodeOf(path, stat),
    mode: Number(stat.mode & 0o777n),
    createdAt: isoTime(stat.birthtimeMs < stat.mtimeMs ? stat.birthtimeMs : stat.mtimeMs),
    target: isLink ? readlinkSync(at(dirFd, name)) : null,
  };
}

const isoTime = (ms: bigint) => new Date(Number(ms)).toISOString();
