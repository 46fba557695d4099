import { closeSync, rmdirSync, unlinkSync } from "node:fs";
import { AppError } from "@/lib/errors";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { HostInput } from "@/lib/protocol/host";
import { normalizeWorkspacePath } from "@/lib/protocol/paths";
import { at, compareBytes, errnoOf, openFileAt, statAt } from "@/lib/workspace/dir-fd";
import { createSegmentReader, type SegmentReader } from "@/lib/workspace/segment-reader";
import { hashFd } from "@/lib/local-tree/content-hash";
import { locate, type Place } from "@/lib/local-tree/locate";
import type { Tree } from "@/lib/local-tree/owners";
import { placeEntry } from "./place-entry";

type Revert = HostInput<"revertPaths">["paths"][number];

/** What the file calls answer when somebody else has put something in the way. */
const inTheWay = ["ENOTDIR", "EISDIR", "ENOTEMPTY", "EEXIST", "ENOENT", "ELOOP"];

/**
 * Sets single paths back. What was changed by somebody else since is left as it is and reported in `kept`: undoing one
 * turn never costs another's work.
 */
export async function revertPaths(
  tree: Tree,
  store: ObjectStore,
  paths: readonly Revert[],
): Promise<{ reverted: string[]; kept: string[] }> {
  const reverted: string[] = [];
  const kept: string[] = [];
  const read = createSegmentReader(store);
  // Removals first, contents before their folder; then folders before their contents.
  const ordered = [
    ...paths.filter((one) => !one.entry).toSorted((a, b) => compareBytes(b.path, a.path)),
    ...paths.filter((one) => one.entry).toSorted((a, b) => compareBytes(a.path, b.path)),
  ];
  for (const one of ordered) {
    checkPath(one);
    const isDone = await revertPath(tree, read, one).catch((error: unknown) => {
      if (inTheWay.includes(errnoOf(error) ?? "")) return false;
      throw error;
    });
    (isDone ? reverted : kept).push(one.path);
  }
  return { reverted, kept };
}

async function revertPath(tree: Tree, read: SegmentReader, one: Revert): Promise<boolean> {
  const { path, entry, expectedSha256 } = one;
  if (!(await isAsExpected(tree, path, expectedSha256))) return false;
  if (!entry) return locate(tree.root, path, {}, removeNode);
  // Written now: with its old time a browser or a build tool would take what it has for newer.
  await placeEntry(tree, read, { ...entry, mtimeMs: Date.now() });
  return true;
}

async function isAsExpected(tree: Tree, path: string, expected: string | null): Promise<boolean> {
  try {
    return await locate(tree.root, path, {}, async ({ dirFd, name }) => {
      const stat = name === null ? null : statAt(dirFd, name);
      if (name === null || !stat?.isFile()) return expected === null;
      return expected !== null && (await hashAt(dirFd, name)) === expected;
    });
  } catch (error) {
    if (!inTheWay.includes(errnoOf(error) ?? "")) throw error;
    return expected === null;
  }
}

async function hashAt(dirFd: number, name: string): Promise<string> {
  const { fd } = openFileAt(dirFd, name);
  try {
    return (await hashFd(fd)).sha256;
  } finally {
    closeSync(fd);
  }
}

/** Removes one node; a folder only when it is empty. */
function removeNode({ dirFd, name }: Place): boolean {
  if (name === null) return false;
  const stat = statAt(dirFd, name);
  if (stat?.isDirectory()) rmdirSync(at(dirFd, name));
  else if (stat) unlinkSync(at(dirFd, name));
  return true;
}

function checkPath({ path, entry }: Revert): void {
  const isNormal = path !== "" && !path.includes("\0") && normalizeWorkspacePath(path) === path;
  if (!isNormal || (entry && entry.path !== path))
    throw new AppError("invalid_input", "This path can't be used.", { details: { path } });
}
