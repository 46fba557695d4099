import type { ManifestEntry, SegmentOp } from "@/lib/protocol/store";
import { damaged } from "./damaged";
import { compareBytes } from "./dir-fd";
import { createManifest, type Manifest } from "./manifest";

/** The tree of a workspace in memory, to be changed entry by entry. */
export function createWorkspaceTree(entries: Iterable<ManifestEntry> = []) {
  const nodes = new Map<string, ManifestEntry>();
  const names = new Map<string, Set<string>>([["", new Set()]]);
  let manifest: Manifest | null = null;

  function put(entry: ManifestEntry): void {
    const { folder, name } = split(entry.path);
    const siblings = names.get(folder);
    if (!siblings) throw damaged("a path lies below something that is no folder");
    const old = nodes.get(entry.path);
    if (old?.type === "directory" && entry.type !== "directory") remove(entry.path);
    if (entry.type === "directory" && !names.has(entry.path)) names.set(entry.path, new Set());
    siblings.add(name);
    nodes.set(entry.path, entry);
    manifest = null;
  }

  /** Removes a node with everything below it. @returns the paths that went */
  function remove(path: string): string[] {
    if (!nodes.has(path)) return [];
    const { folder, name } = split(path);
    names.get(folder)?.delete(name);
    manifest = null;
    const gone = [path];
    // The list grows while it is walked: what lies below follows what lies above.
    for (const one of gone) {
      nodes.delete(one);
      for (const child of names.get(one) ?? []) gone.push(`${one}/${child}`);
      names.delete(one);
    }
    return gone;
  }

  for (const entry of entries) put(entry);
  return {
    put,
    remove,
    find: (path: string) => nodes.get(path),
    /** Names in a folder; none for a path that is no folder. */
    namesIn: (folder: string): ReadonlySet<string> => names.get(folder) ?? noNames,
    /** Whether a path may be put: the folder it lies in is there. */
    hasFolderOf: (path: string) => names.has(split(path).folder),
    get size() {
      return nodes.size;
    },
    all: () => nodes.values(),
    apply(ops: readonly SegmentOp[]): void {
      for (const op of ops)
        if (op.op === "put") put(op.entry);
        else remove(op.path);
    },
    /** The tree as it is now; later changes don't touch what was given. */
    toManifest(): Manifest {
      manifest ??= createManifest(
        [...nodes.values()].toSorted((a, b) => compareBytes(a.path, b.path)),
      );
      return manifest;
    },
  };
}

const noNames: ReadonlySet<string> = new Set();

function split(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf("/");
  return { folder: slash < 0 ? "" : path.slice(0, slash), name: path.slice(slash + 1) };
}
