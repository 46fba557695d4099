import { closeSync, readlinkSync } from "node:fs";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { ManifestEntry } from "@/lib/protocol/store";
import { at, openFileAt } from "@/lib/workspace/dir-fd";
import type { Manifest } from "@/lib/workspace/manifest";
import { byPlace, createSegmentReader } from "@/lib/workspace/segment-reader";
import { createBreather } from "@/lib/local-tree/breather";
import { hashFd } from "@/lib/local-tree/content-hash";
import { locate } from "@/lib/local-tree/locate";
import { fixedFolders, type Tree } from "@/lib/local-tree/owners";
import { removeTree } from "@/lib/local-tree/visit-tree";
import { finishFolder, placeEntry } from "./place-entry";
import { scanTree, type ScannedNode } from "./scan-tree";

/**
 * Makes a tree equal to a manifest: removes what is not in it, writes what is missing or differs. May stop anywhere and
 * be run again. Of what the manifest has not, paths that `isKept` stay.
 */
export async function restoreTree(
  tree: Tree,
  store: ObjectStore,
  manifest: Manifest,
  isKept: (path: string) => boolean = () => false,
): Promise<{ written: number; removed: number }> {
  const { same, extra } = await compare(tree, manifest, isKept);
  for (const path of extra) await removePath(tree, path);
  const missing = manifest.entries.filter((entry) => !same.has(entry.path));
  const read = createSegmentReader(store);
  const breathe = createBreather();
  const files = missing.filter((entry) => entry.type === "file").toSorted(byPlace);
  for (const entry of [...missing.filter((entry) => entry.type !== "file"), ...files]) {
    await placeEntry(tree, read, entry);
    await breathe();
  }
  // Contents before their folder.
  for (const entry of manifest.entries.toReversed())
    if (entry.type === "directory") await finishFolder(tree, entry);
  return { written: missing.length, removed: extra.length };
}

/** `extra`: topmost paths to remove, because the manifest has nothing there, or a node of another type. */
async function compare(tree: Tree, manifest: Manifest, isKept: (path: string) => boolean) {
  const same = new Set<string>();
  const extra: string[] = [];
  const visit = async (node: ScannedNode) => {
    const { path } = node;
    const last = extra.at(-1);
    if (last !== undefined && path.startsWith(`${last}/`)) return;
    const saved = manifest.find(path);
    if (saved && typeOf(node) === saved.type) {
      if (await isEqual(node, saved)) same.add(path);
    } else if (!fixedFolders.has(path) && (saved || !isKept(path))) {
      extra.push(path);
    }
  };
  await scanTree(tree.root, { visit, skip: () => undefined });
  return { same, extra };
}

function typeOf({ stat }: ScannedNode): ManifestEntry["type"] {
  if (stat.isDirectory()) return "directory";
  return stat.isFile() ? "file" : "symlink";
}

async function isEqual({ dirFd, name, stat }: ScannedNode, saved: ManifestEntry): Promise<boolean> {
  if (saved.type === "directory") return true;
  if (saved.type === "symlink") return readlinkSync(at(dirFd, name)) === saved.target;
  const hasSameShape =
    Number(stat.size) === saved.size && Number(stat.mode & 0o777n) === (saved.mode & 0o777);
  if (!hasSameShape) return false;
  const { fd } = openFileAt(dirFd, name);
  try {
    return (await hashFd(fd)).sha256 === saved.sha256;
  } finally {
    closeSync(fd);
  }
}

async function removePath(tree: Tree, path: string): Promise<void> {
  await locate(tree.root, path, {}, async ({ dirFd, name }) => {
    if (name !== null) await removeTree(dirFd, name, createBreather());
  });
}
