import { rmdirSync, unlinkSync } from "node:fs";
import type { FileOpInput, FileOpResult } from "@/lib/protocol/file-ops";
import { at, errnoOf, statAt } from "@/lib/workspace/dir-fd";
import { errnoNameOf, fileError } from "@/lib/workspace/file-error";
import { createBreather } from "./breather";
import { changing } from "./guards";
import { locate, type Place } from "./locate";
import { assertMovable } from "./move-node";
import type { Tree } from "./owners";
import { removeTree } from "./visit-tree";

type Delete = Pick<FileOpInput<"delete">, "path" | "force">;

/** Removes a file or link, never a folder and never what a link leads to. */
export const deleteFile = (
  tree: Tree,
  { path, force }: Delete,
  mayChangeInput: boolean,
): Promise<FileOpResult<"delete">> =>
  removeAt(tree, { path, force }, mayChangeInput, ({ dirFd, name }) => {
    const stat = name === null ? null : statAt(dirFd, name);
    if (name === null || stat?.isDirectory())
      throw fileError("EISDIR", { path, hint: "Folders are removed with rmdir." });
    unlinkSync(at(dirFd, name));
  });

type Rmdir = Pick<FileOpInput<"rmdir">, "path" | "force" | "recursive">;

/** Removes a folder; with `recursive` everything in it too. Links in it are removed, not followed. */
export const removeFolder = (
  tree: Tree,
  { path, force, recursive }: Rmdir,
  mayChangeInput: boolean,
): Promise<FileOpResult<"rmdir">> =>
  removeAt(tree, { path, force }, mayChangeInput, async ({ dirFd, name, path: place }) => {
    assertMovable(place);
    if (name === null) throw fileError("EBUSY", { path });
    const stat = statAt(dirFd, name);
    if (!stat) throw fileError("ENOENT", { path, message: "This folder does not exist." });
    if (!stat.isDirectory())
      throw fileError("ENOTDIR", {
        path,
        message: "This is no folder.",
        hint: "Files are removed with delete.",
      });
    if (recursive) await removeTree(dirFd, name, createBreather());
    else rmdirSync(at(dirFd, name));
  });

async function removeAt(
  tree: Tree,
  { path, force }: Delete,
  mayChangeInput: boolean,
  remove: (place: Place) => void | Promise<void>,
): Promise<{ isDeleted: boolean }> {
  try {
    await locate(tree.root, path, changing(mayChangeInput), remove);
    return { isDeleted: true };
  } catch (error) {
    if (force && isMissing(error)) return { isDeleted: false };
    throw error;
  }
}

const isMissing = (error: unknown) =>
  errnoOf(error) === "ENOENT" || errnoNameOf(error) === "ENOENT";
