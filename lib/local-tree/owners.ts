import { fchownSync, lchownSync } from "node:fs";
import { isInputPath } from "@/lib/protocol/paths";
import { at, type RawName } from "@/lib/workspace/dir-fd";

/** A workspace on this machine: the path of `/workspace`, and the ids of the room's agent. */
export type Tree = { root: string; uid: number; gid: number };

/** Hands in these folders are the people's; they are mount points of the room, so they stay where they are. */
export const fixedFolders = new Set(["input", "output"]);

const isRoot = process.getuid?.() === 0;

/** Gives an open node to the room's agent; what lies in `input/` stays the host's own. */
export function giveFd(tree: Tree, path: string, fd: number): void {
  if (!isRoot) return;
  if (isInputPath(path)) fchownSync(fd, 0, 0);
  else fchownSync(fd, tree.uid, tree.gid);
}

/** Like `giveFd` for a name, a link itself included. */
export function giveAt(tree: Tree, path: string, dirFd: number, name: RawName): void {
  if (!isRoot) return;
  if (isInputPath(path)) lchownSync(at(dirFd, name), 0, 0);
  else lchownSync(at(dirFd, name), tree.uid, tree.gid);
}

/** Option of `locate`: makes missing folders on the way to `path`, owned as everything there. */
export const makesFolders = (tree: Tree, path: string) => ({
  onMade: (fd: number) => giveFd(tree, path, fd),
});
