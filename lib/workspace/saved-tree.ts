import { Readable } from "node:stream";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { FileOpInput, FileOpResult } from "@/lib/protocol/file-ops";
import type { FileNode } from "@/lib/protocol/files";
import { isInputPath, isReservedPath } from "@/lib/protocol/paths";
import type { FileEntry, ManifestEntry } from "@/lib/protocol/store";
import { compareBytes } from "./dir-fd";
import { errnoNameOf, fileError } from "./file-error";
import { createGlobMatcher } from "./glob-matcher";
import type { Manifest } from "./manifest";
import { readEntry } from "./read-entry";
import { resolveSaved } from "./resolve-saved";
import { searchSaved } from "./search-saved";

type Part = { offset?: number | undefined; length?: number | undefined };

/** A saved state as a tree to look at, with the answers that the room's disk would give. Paths are in normal form. */
export function openSavedTree(store: ObjectStore, manifest: Manifest) {
  const find = (path: string, followsLast: boolean): ManifestEntry | undefined =>
    manifest.find(resolveSaved(manifest, path, followsLast));

  function ls({ path, recursive, glob, cursor = "", limit }: FileOpInput<"ls">) {
    const folder = resolveSaved(manifest, path, true);
    requireFolder(manifest, folder);
    const start = folder === "" ? "" : `${folder}/`;
    const shown = path === "" ? "" : `${path}/`;
    const fits = glob === undefined ? () => true : createGlobMatcher(glob);
    const nodes: FileNode[] = [];
    let last: string | null = null;
    for (const entry of entriesBelow(manifest, start, cursor)) {
      const below = entry.path.slice(start.length);
      if ((!recursive && below.includes("/")) || isReservedPath(entry.path) || !fits(below))
        continue;
      if (nodes.length === limit) return { nodes, nextCursor: last };
      nodes.push(nodeOf(entry, shown + below));
      last = below;
    }
    return { nodes, nextCursor: null };
  }

  return {
    ls,
    glob: ({ pattern, ...rest }: FileOpInput<"glob">): FileOpResult<"glob"> =>
      ls({ ...rest, glob: pattern, recursive: true }),

    stat({ path }: FileOpInput<"stat">): FileOpResult<"stat"> {
      if (path === "") return rootStat;
      const entry = find(path, false);
      if (!entry) throw fileError("ENOENT", { path });
      return statOf(entry, path);
    },

    exists({ path }: FileOpInput<"exists">): FileOpResult<"exists"> {
      try {
        const resolved = resolveSaved(manifest, path, true);
        if (resolved === "") return { exists: true, type: "directory" };
        const type = manifest.find(resolved)?.type ?? null;
        return { exists: type !== null, type };
      } catch (error) {
        if (["ENOENT", "ENOTDIR", "ELOOP"].includes(errnoNameOf(error) ?? ""))
          return { exists: false, type: null };
        throw error;
      }
    },

    search(asked: FileOpInput<"search">): Promise<FileOpResult<"search">> {
      const folder = resolveSaved(manifest, asked.path, true);
      requireFolder(manifest, folder);
      const start = folder === "" ? "" : `${folder}/`;
      return searchSaved(store, entriesBelow(manifest, start, ""), start, asked);
    },

    /** `size` is that of the whole file, `body` the part that was asked for. */
    read(path: string, { offset = 0, length }: Part = {}) {
      const resolved = resolveSaved(manifest, path, true);
      const entry = manifest.find(resolved);
      if (!entry && resolved !== "") throw fileError("ENOENT", { path });
      if (entry?.type !== "file") throw fileError("EISDIR", { path });
      const { size, sha256 } = entry;
      const count = Math.max(0, Math.min(size - offset, length ?? size));
      return { body: bodyOf(store, entry, offset, count), size, etag: sha256 };
    },
  };
}

/** Entries whose paths begin with `start`, behind the path `start + cursor`. */
function* entriesBelow(
  { entries }: Manifest,
  start: string,
  cursor: string,
): Generator<ManifestEntry> {
  for (let at = firstBehind(entries, start + cursor); at < entries.length; at += 1) {
    const entry = entries[at];
    if (!entry?.path.startsWith(start)) return;
    yield entry;
  }
}

function firstBehind(entries: readonly ManifestEntry[], path: string): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(entries[middle]?.path ?? "", path) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

function requireFolder(manifest: Manifest, path: string): void {
  if (path === "") return;
  const entry = manifest.find(path);
  if (!entry) throw fileError("ENOENT", { path });
  if (entry.type !== "directory") throw fileError("ENOTDIR", { path });
}

function bodyOf(store: ObjectStore, entry: FileEntry, offset: number, count: number): Readable {
  if (count === 0) return Readable.from([], { objectMode: false });
  if (count === entry.size) return readEntry(store, entry);
  return readEntry(store, entry, { start: offset, end: offset + count - 1 });
}

const isoTime = (ms: number) => new Date(Math.trunc(ms)).toISOString();

const sizeOf = (entry: ManifestEntry) =>
  entry.type === "file"
    ? entry.size
    : entry.type === "symlink"
      ? Buffer.byteLength(entry.target)
      : 0;

const nodeOf = (entry: ManifestEntry, path: string): FileNode => ({
  path,
  name: path.slice(path.lastIndexOf("/") + 1),
  type: entry.type,
  size: sizeOf(entry),
  modifiedAt: isoTime(entry.mtimeMs),
  isReadOnly: isInputPath(path),
});

const createdMsOf = (entry: ManifestEntry) =>
  entry.type === "symlink" ? undefined : entry.createdMs;

const statOf = (entry: ManifestEntry, path: string): FileOpResult<"stat"> => ({
  ...nodeOf(entry, path),
  mode: entry.type === "symlink" ? 0o777 : entry.mode,
  createdAt: isoTime(Math.min(createdMsOf(entry) ?? entry.mtimeMs, entry.mtimeMs)),
  etag: entry.type === "file" ? entry.sha256 : null,
  target: entry.type === "symlink" ? entry.target : null,
});

/** The root itself has no entry. */
const rootStat: FileOpResult<"stat"> = {
  path: "",
  name: "",
  type: "directory",
  size: 0,
  mode: 0o755,
  createdAt: isoTime(0),
  modifiedAt: isoTime(0),
  isReadOnly: false,
  etag: null,
  target: null,
};
