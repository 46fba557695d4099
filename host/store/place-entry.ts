import { randomUUID } from "node:crypto";
import { closeSync, fchmodSync, futimesSync, lutimesSync, renameSync, symlinkSync } from "node:fs";
import type { ManifestEntry } from "@/lib/protocol/store";
import { at, makeDirAt, openDirAt } from "@/lib/workspace/dir-fd";
import type { SegmentReader } from "@/lib/workspace/segment-reader";
import { locate } from "@/lib/local-tree/locate";
import { giveAt, giveFd, makesFolders, type Tree } from "@/lib/local-tree/owners";
import { replaceFile } from "@/lib/local-tree/replace-file";
import { PART_PREFIX } from "@/lib/workspace/normal-path";

/** Puts one saved node into the tree; a file or link of this name is replaced, a folder stays. */
export async function placeEntry(
  tree: Tree,
  read: SegmentReader,
  entry: ManifestEntry,
): Promise<void> {
  await locate(tree.root, entry.path, makesFolders(tree, entry.path), async ({ dirFd, name }) => {
    if (name === null) return;
    if (entry.type === "symlink") return placeLink(tree, entry, dirFd, name);
    if (entry.type === "directory") {
      const { fd, isNew } = makeDirAt(dirFd, name);
      if (isNew) giveFd(tree, entry.path, fd);
      closeSync(fd);
      return;
    }
    await replaceFile(dirFd, name, await read(entry), {
      mode: entry.mode & 0o777,
      overwrites: true,
      isDurable: false,
      finish: (fd) => {
        giveFd(tree, entry.path, fd);
        futimesSync(fd, entry.mtimeMs / 1_000, entry.mtimeMs / 1_000);
      },
    });
  });
}

type SavedLink = Extract<ManifestEntry, { type: "symlink" }>;

function placeLink(tree: Tree, entry: SavedLink, dirFd: number, name: string): void {
  const temp = PART_PREFIX + randomUUID();
  symlinkSync(entry.target, at(dirFd, temp));
  giveAt(tree, entry.path, dirFd, temp);
  lutimesSync(at(dirFd, temp), entry.mtimeMs / 1_000, entry.mtimeMs / 1_000);
  renameSync(at(dirFd, temp), at(dirFd, name));
}

type SavedFolder = Extract<ManifestEntry, { type: "directory" }>;

/** Mode and time of a folder: set last, because everything put into it changes them. */
export async function finishFolder(tree: Tree, entry: SavedFolder): Promise<void> {
  await locate(tree.root, entry.path, {}, ({ dirFd, name }) => {
    if (name === null) return;
    const fd = openDirAt(dirFd, name);
    try {
      fchmodSync(fd, entry.mode & 0o777);
      futimesSync(fd, entry.mtimeMs / 1_000, entry.mtimeMs / 1_000);
    } finally {
      closeSync(fd);
    }
  });
}
