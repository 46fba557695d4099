import { closeSync, rmdirSync, unlinkSync } from "node:fs";
import { AppError } from "@/lib/errors";
import { at, errnoOf, namesIn, openDirAt, statAt } from "@/lib/workspace/dir-fd";
import { giveAt, type Tree } from "./owners";

/** Each level holds one open directory; deeper trees are left alone. */
export const MAX_DEPTH = 256;

type Visit = (dirFd: number, name: string, path: string) => void;

/**
 * Calls `visit` for a node and everything below it, contents before their folder. Links are visited, not followed.
 * Nodes that vanish meanwhile are skipped.
 */
export async function visitTree(
  dirFd: number,
  name: string,
  path: string,
  breathe: () => Promise<void>,
  visit: Visit,
  depth = 0,
): Promise<void> {
  if (depth > MAX_DEPTH)
    throw new AppError("invalid_input", "These folders are nested too deeply.");
  await breathe();
  if (statAt(dirFd, name)?.isDirectory()) {
    const childFd = openIfThere(dirFd, name);
    if (childFd === null) return;
    try {
      for (const child of namesIn(childFd).names)
        await visitTree(childFd, child, `${path}/${child}`, breathe, visit, depth + 1);
    } finally {
      closeSync(childFd);
    }
  }
  try {
    visit(dirFd, name, path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** Removes a node with everything below it. */
export const removeTree = (
  dirFd: number,
  name: string,
  path: string,
  breathe: () => Promise<void>,
) => visitTree(dirFd, name, path, breathe, removeNode);

/** Gives a node with everything below it to whom its new path says. */
export const giveTree = (
  tree: Tree,
  dirFd: number,
  name: string,
  path: string,
  breathe: () => Promise<void>,
) =>
  visitTree(dirFd, name, path, breathe, (parentFd, child, childPath) =>
    giveAt(tree, childPath, parentFd, child),
  );

function removeNode(dirFd: number, name: string): void {
  if (statAt(dirFd, name)?.isDirectory()) rmdirSync(at(dirFd, name));
  else unlinkSync(at(dirFd, name));
}

function openIfThere(dirFd: number, name: string): number | null {
  try {
    return openDirAt(dirFd, name);
  } catch (error) {
    // It was swapped for a file or a link since it was looked at: then it is visited as that.
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}
