import { linkSync, renameSync, unlinkSync } from "node:fs";
import type { FileOpInput } from "@/lib/protocol/file-ops";
import { isInputPath } from "@/lib/protocol/paths";
import { at, errnoOf } from "@/lib/workspace/dir-fd";
import { fileError } from "@/lib/workspace/file-error";
import { createBreather } from "./breather";
import { copyPlace } from "./copy-node";
import { changing, making } from "./guards";
import { statOf } from "./list-folder";
import { locate, type Place } from "./locate";
import { fixedFolders, type Tree } from "./owners";
import { giveTree, removeTree } from "./visit-tree";

type Move = Pick<FileOpInput<"move">, "from" | "to" | "overwrite">;

/** Renames a node, as rename(2) does; missing folders of `to` are made. What crosses the border of `input/` changes hands. */
export async function moveNode(
  tree: Tree,
  { from, to, overwrite }: Move,
  mayChangeInput: boolean,
): Promise<void> {
  assertMovable(from);
  if (to.startsWith(`${from}/`))
    throw fileError("EINVAL", { path: to, message: "A folder can't be moved into itself." });
  await locate(tree.root, from, changing(mayChangeInput), (source) =>
    locate(tree.root, to, making(tree, to, mayChangeInput), async (target) => {
      assertMovable(source.path);
      const stat = statOf(source);
      if (!stat || source.name === null) throw fileError("ENOENT", { path: from });
      if (source.path === target.path) return;
      const now = statOf(target);
      if (now?.isDirectory() && !stat.isDirectory()) throw fileError("EISDIR", { path: to });
      assertMovable(target.path);
      if (target.name === null) throw fileError("EBUSY", { path: to });
      if (now && !overwrite) throw fileError("EEXIST", { path: to });
      if (now && !now.isDirectory() && stat.isDirectory()) throw fileError("ENOTDIR", { path: to });
      const isNew = !overwrite && !stat.isDirectory();
      await rename(tree, { ...source, name: source.name }, { ...target, name: target.name }, isNew);
      if (isInputPath(source.path) !== isInputPath(target.path))
        await giveTree(tree, target.dirFd, target.name, target.path, createBreather());
    }),
  );
}

type Named = Place & { name: string };

async function rename(tree: Tree, source: Named, target: Named, isNew: boolean): Promise<void> {
  const [from, to] = [at(source.dirFd, source.name), at(target.dirFd, target.name)];
  try {
    if (!isNew) return renameSync(from, to);
    linkSync(from, to); // fails when something came there meanwhile
    unlinkSync(from);
  } catch (error) {
    if (errnoOf(error) !== "EXDEV") throw error;
    // A folder with limits of its own is a disk of its own.
    await copyPlace(tree, source, target, { recursive: true, overwrite: !isNew });
    await removeTree(source.dirFd, source.name, createBreather());
  }
}

/** @throws AppError EBUSY for the workspace itself and its fixed folders */
export function assertMovable(path: string): void {
  if (path === "")
    throw fileError("EBUSY", { path, message: "This is the workspace itself: it stays." });
  if (fixedFolders.has(path))
    throw fileError("EBUSY", {
      path,
      message: `The folder ${path} belongs to the workspace and stays.`,
    });
}
