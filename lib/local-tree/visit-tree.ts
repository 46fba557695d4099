import { randomUUID } from "node:crypto";
import { closeSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { AppError } from "@/lib/errors";
import { at, errnoOf, namesIn, openDirAt, type RawName, statAt } from "@/lib/workspace/dir-fd";
import { PART_PREFIX } from "@/lib/workspace/normal-path";
import { giveAt, type Tree } from "./owners";

/** Each level holds one open directory, so trees are not walked deeper at once. */
export const MAX_DEPTH = 256;
/** A room that fills a folder as fast as it is emptied is not followed for ever. */
const MAX_PASSES = 100;

type Breathe = () => Promise<void>;

/** Removes a node with everything below it, however deep; links are removed, not followed. */
export async function removeTree(dirFd: number, name: string, breathe: Breathe): Promise<void> {
  // Folders too deep to be walked are moved up beside the node, and removed from there.
  const left = [name];
  for (let next = left.pop(); next !== undefined; next = left.pop())
    await removeNode(dirFd, next, 0);

  async function removeNode(parentFd: number, child: RawName, depth: number): Promise<void> {
    await breathe();
    if (!statAt(parentFd, child)?.isDirectory()) {
      ignoreMissing(() => unlinkSync(at(parentFd, child)));
    } else if (depth > MAX_DEPTH) {
      const moved = PART_PREFIX + randomUUID();
      renameSync(at(parentFd, child), at(dirFd, moved));
      left.push(moved);
    } else {
      await emptyFolder(parentFd, child, depth);
      ignoreMissing(() => rmdirSync(at(parentFd, child)));
    }
  }

  async function emptyFolder(parentFd: number, folder: RawName, depth: number): Promise<void> {
    const folderFd = openIfThere(parentFd, folder);
    if (folderFd === null) return;
    try {
      for (let pass = 0; pass < MAX_PASSES; pass += 1) {
        const { names, raw, isCut } = namesIn(folderFd);
        for (const child of [...names, ...raw]) await removeNode(folderFd, child, depth + 1);
        if (!isCut) return;
      }
    } finally {
      closeSync(folderFd);
    }
  }
}

/** Gives a node with everything below it to whom its new path says. */
export async function giveTree(
  tree: Tree,
  dirFd: number,
  name: RawName,
  path: string,
  breathe: Breathe,
  depth = 0,
): Promise<void> {
  await breathe();
  const folderFd = statAt(dirFd, name)?.isDirectory() ? openIfThere(dirFd, name) : null;
  if (folderFd !== null) {
    try {
      const { names, raw, isCut } = namesIn(folderFd);
      if (isCut || depth > MAX_DEPTH)
        throw new AppError(
          "limit_exceeded",
          "This folder is too large to be moved in or out of input.",
        );
      for (const child of [...names, ...raw])
        await giveTree(tree, folderFd, child, path, breathe, depth + 1);
    } finally {
      closeSync(folderFd);
    }
  }
  ignoreMissing(() => giveAt(tree, path, dirFd, name));
}

function openIfThere(dirFd: number, name: RawName): number | null {
  try {
    return openDirAt(dirFd, name);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

function ignoreMissing(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
