import type { Extent, FileEntry, ManifestEntry } from "@/lib/protocol/store";
import type { Manifest } from "@/lib/workspace/manifest";
import { createWorkspaceTree } from "@/lib/workspace/workspace-tree";
import { createSegmentBuilder } from "./segment-builder";
import type { KeptFile } from "./stat-keys";

/**
 * What is known of a room's disk: the tree as it was last seen, and the changes that no segment has yet. Both change
 * together, so the committed state with all segments since is always this tree.
 */
// eslint-disable-next-line max-lines-per-function -- one state, small steps
export function createSyncedTree(committed: Manifest, kept: ReadonlyMap<string, KeptFile>) {
  const tree = createWorkspaceTree(committed.entries);
  const contents = new Map<string, Extent[]>();
  /** Stat keys of files that need not be read again while they stay the same. */
  const keys = new Map<string, string>();
  const builder = createSegmentBuilder(contents);

  for (const entry of committed.entries) {
    if (entry.type !== "file") continue;
    contents.set(entry.sha256, entry.extents);
    const before = kept.get(entry.path);
    if (before?.sha256 === entry.sha256) keys.set(entry.path, before.key);
  }

  function put(entry: ManifestEntry): void {
    // What lay below a folder that is something else now goes with it.
    const old = tree.find(entry.path);
    if (old && old.type !== entry.type) remove(entry.path);
    if (!tree.hasFolderOf(entry.path)) throw folderGone();
    tree.put(entry);
    builder.put(entry);
  }
  function remove(path: string): void {
    const gone = tree.remove(path);
    if (gone.length === 0) return;
    builder.del(path);
    for (const one of gone) keys.delete(one);
  }

  return {
    tree,
    keys,
    contents,
    builder,
    remove,
    /** False: it is known like this already. */
    putFile(entry: FileEntry): boolean {
      const old = tree.find(entry.path);
      const isKnown =
        old?.type === "file" &&
        old.sha256 === entry.sha256 &&
        old.mode === entry.mode &&
        old.mtimeMs === entry.mtimeMs;
      // A file that was replaced by a newer one of its name is still the file of that name.
      const createdMs = (old?.type === "file" ? old.createdMs : undefined) ?? entry.createdMs;
      if (!isKnown) put(createdMs === undefined ? entry : { ...entry, createdMs });
      return !isKnown;
    },
    putFolder(path: string, mode: number, mtimeMs: number, createdMs: number): boolean {
      const old = tree.find(path);
      // Its time changes with whatever is in it, so the time alone is no change.
      if (old?.type === "directory" && old.mode === mode) return false;
      const known = old?.type === "directory" ? old : null;
      put({ type: "directory", path, mode, mtimeMs, createdMs: known?.createdMs ?? createdMs });
      return known === null;
    },
    /** The time of a folder whose contents have changed. */
    touchFolder(path: string, mtimeMs: number): void {
      const old = tree.find(path);
      if (old?.type === "directory" && old.mtimeMs !== mtimeMs) put({ ...old, mtimeMs });
    },
    putLink(path: string, target: string, mtimeMs: number): void {
      const old = tree.find(path);
      if (old?.type === "symlink" && old.target === target && old.mtimeMs === mtimeMs) return;
      put({ type: "symlink", path, target, mtimeMs });
    },
    /** Contents that no file has any more are forgotten: the store may drop them. */
    forgetOldContents(): void {
      const live = new Set<string>();
      for (const entry of tree.all()) {
        if (entry.type !== "file") continue;
        live.add(entry.sha256);
        for (const { sha256 } of entry.extents) if (sha256) live.add(sha256);
      }
      for (const [sha256, extents] of contents)
        if (!live.has(sha256) && extents.every(({ key }) => key !== "")) contents.delete(sha256);
    },
  };
}
export type SyncedTree = ReturnType<typeof createSyncedTree>;

/** Another look at the disk has just found the folder gone: so is what is in it. */
const folderGone = () => Object.assign(new Error("The folder is gone"), { code: "ENOENT" });
