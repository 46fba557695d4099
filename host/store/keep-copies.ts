import { closeSync, renameSync } from "node:fs";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { FileEntry, ManifestEntry } from "@/lib/protocol/store";
import { hashFd } from "@/lib/local-tree/content-hash";
import { locate } from "@/lib/local-tree/locate";
import type { Tree } from "@/lib/local-tree/owners";
import { copyName } from "@/lib/workspace/copy-name";
import { at, errnoOf, openFileAt, statAt } from "@/lib/workspace/dir-fd";
import type { Manifest } from "@/lib/workspace/manifest";
import { createSegmentReader } from "@/lib/workspace/segment-reader";
import { placeEntry } from "./place-entry";
import { restoreTree } from "./restore-tree";
import { scanTree } from "./scan-tree";
import type { KeptFile } from "./stat-keys";

/**
 * Puts what another writer had not sent beside the files of this tree. A content that the tree has already is kept once.
 *
 * @returns the paths of the copies
 */
export async function placeCopies(
  tree: Tree,
  store: ObjectStore,
  entries: readonly ManifestEntry[],
  options: { known: ReadonlySet<string>; at: Date },
): Promise<string[]> {
  const read = createSegmentReader(store);
  const copies: string[] = [];
  const latest = new Map(entries.map((entry) => [entry.path, entry]));
  for (const entry of latest.values()) {
    if (entry.type !== "file" || options.known.has(entry.sha256)) continue;
    const path = await freePath(tree, entry, options.at);
    await placeEntry(tree, read, { ...entry, path });
    copies.push(path);
  }
  return copies;
}

async function freePath(tree: Tree, { path }: FileEntry, time: Date): Promise<string> {
  const slash = path.lastIndexOf("/");
  const folder = path.slice(0, slash + 1);
  const place = (name: string) =>
    locate(tree.root, folder + name, {}, ({ dirFd }) =>
      copyName(name, time, (candidate) => statAt(dirFd, candidate) !== null),
    );
  try {
    return folder + (await place(path.slice(slash + 1)));
  } catch (error) {
    if (!["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoOf(error) ?? "")) throw error;
    // Its folder is gone, or is something else now: at the top there is always a place.
    const name = path.slice(slash + 1);
    return locate(tree.root, name, {}, ({ dirFd }) =>
      copyName(name, time, (candidate) => statAt(dirFd, candidate) !== null),
    );
  }
}

/**
 * Brings a disk up to a state that another disk has written meanwhile. What was changed here and is in no other place
 * gets the name of a copy first; everything else gives way. `kept` is what was committed from this disk.
 *
 * @returns the paths of the copies
 */
export async function mergeStaleTree(
  tree: Tree,
  store: ObjectStore,
  state: Manifest,
  options: { kept: ReadonlyMap<string, KeptFile>; at: Date },
): Promise<string[]> {
  const known = new Set(
    state.entries.flatMap((entry) => (entry.type === "file" ? entry.sha256 : [])),
  );
  const changed: string[] = [];
  await scanTree(tree.root, {
    skip: () => undefined,
    async visit({ dirFd, name, path, stat }) {
      if (!stat.isFile()) return;
      const { fd } = openFileAt(dirFd, name);
      const { sha256 } = await hashFd(fd).finally(() => closeSync(fd));
      if (known.has(sha256) || options.kept.get(path)?.sha256 === sha256) return;
      known.add(sha256);
      changed.push(path);
    },
  });
  const copies = new Set<string>();
  for (const path of changed) {
    const folder = folderFor(path, state);
    const copy = await locate(tree.root, path, {}, ({ dirFd, name }) =>
      locate(tree.root, `${folder}_`, {}, ({ dirFd: targetFd }) => {
        if (name === null) return null;
        const isTaken = (one: string) =>
          statAt(targetFd, one) !== null || state.find(folder + one) !== undefined;
        const copyOf = copyName(name, options.at, isTaken);
        renameSync(at(dirFd, name), at(targetFd, copyOf));
        return copyOf;
      }),
    );
    if (copy !== null) copies.add(folder + copy);
  }
  await restoreTree(tree, store, state, (path) => copies.has(path) || isAbove(path, copies));
  return [...copies];
}

/** The folder of a path, with its slash; the top when the state has something else in its place. */
function folderFor(path: string, state: Manifest): string {
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    const above = state.find(path.slice(0, end));
    if (above && above.type !== "directory") return "";
  }
  return path.slice(0, path.lastIndexOf("/") + 1);
}

const isAbove = (path: string, copies: ReadonlySet<string>) =>
  [...copies].some((copy) => copy.startsWith(`${path}/`));
