import { renameSync } from "node:fs";
import { AppError } from "@/lib/errors";
import { isInputPath } from "@/lib/protocol/paths";
import { at, statAt } from "@/lib/workspace/dir-fd";
import { createBreather } from "./breather";
import { locate } from "./locate";
import { fixedFolders, makesFolders, type Tree } from "./owners";
import { giveTree, removeTree } from "./visit-tree";

/** Renames a node; what crosses the border of `input/` changes hands. */
export async function moveNode(tree: Tree, from: string, to: string): Promise<void> {
  assertMovable(from);
  assertMovable(to);
  if (to === from) return;
  if (to.startsWith(`${from}/`))
    throw new AppError("invalid_input", "A folder can't be moved into itself.");
  await locate(tree.root, from, {}, (source) =>
    locate(tree.root, to, makesFolders(tree, to), async (target) => {
      if (source.name === null || statAt(source.dirFd, source.name) === null)
        throw new AppError("not_found", "This file does not exist.");
      if (target.name === null || statAt(target.dirFd, target.name) !== null)
        throw new AppError("conflict", "Something with this name exists already.");
      renameSync(at(source.dirFd, source.name), at(target.dirFd, target.name));
      if (isInputPath(from) !== isInputPath(to))
        await giveTree(tree, target.dirFd, target.name, to, createBreather());
    }),
  );
}

/** Removes a node with everything below it; links are removed, not followed. */
export async function removeNode(tree: Tree, path: string): Promise<void> {
  assertMovable(path);
  await locate(tree.root, path, {}, async ({ dirFd, name }) => {
    if (name === null || statAt(dirFd, name) === null)
      throw new AppError("not_found", "This file does not exist.");
    await removeTree(dirFd, name, createBreather());
  });
}

function assertMovable(path: string): void {
  if (path === "") throw new AppError("invalid_input", "This is the workspace itself.");
  if (fixedFolders.has(path))
    throw new AppError("forbidden", `The folder ${path} belongs to the workroom and stays.`);
}
