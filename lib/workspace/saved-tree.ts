import { Readable } from "node:stream";
import { AppError } from "@/lib/errors";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { FileNode } from "@/lib/protocol/files";
import { isInputPath, normalizeWorkspacePath } from "@/lib/protocol/paths";
import type { ManifestEntry } from "@/lib/protocol/store";
import type { Manifest } from "./manifest";
import { readEntry } from "./read-entry";

const MAX_HOPS = 40;

type Part = { offset?: number | undefined; length?: number | undefined };

/**
 * A saved state as a tree to read, with the answers that the room's disk would give: links are followed inside the
 * workspace only, and a missing file is `not_found`.
 */
export function openSavedTree(store: ObjectStore, manifest: Manifest) {
  return {
    list(path: string, limit: number): { nodes: FileNode[]; isTruncated: boolean } {
      const folder = resolve(manifest, path, true);
      if (folder !== "" && manifest.find(folder)?.type !== "directory")
        throw noFolder(manifest, folder);
      const start = folder === "" ? "" : `${folder}/`;
      const shown = path === "" ? "" : `${path}/`;
      const nodes: FileNode[] = [];
      for (const entry of manifest.entries) {
        if (!entry.path.startsWith(start) || entry.path.includes("/", start.length)) continue;
        if (nodes.length === limit) return { nodes, isTruncated: true };
        nodes.push(nodeOf(entry, shown + entry.path.slice(start.length)));
      }
      return { nodes, isTruncated: false };
    },

    stat(path: string): FileNode {
      if (path === "") return rootNode;
      const entry = manifest.find(resolve(manifest, path, false));
      if (!entry) throw missing();
      return nodeOf(entry, path);
    },

    /** `size` is that of the whole file, `body` the part that was asked for. */
    read(path: string, { offset = 0, length }: Part = {}) {
      const found = resolve(manifest, path, true);
      const entry = manifest.find(found);
      if (!entry && found !== "") throw missing();
      if (entry?.type !== "file") throw new AppError("invalid_input", "This is a folder.");
      const { size, sha256 } = entry;
      const count = Math.max(0, Math.min(size - offset, length ?? size));
      return { body: bodyOf(store, entry, offset, count), size, etag: sha256 };
    },
  };
}

type FileEntry = Extract<ManifestEntry, { type: "file" }>;

function bodyOf(store: ObjectStore, entry: FileEntry, offset: number, count: number): Readable {
  if (count === 0) return Readable.from([], { objectMode: false });
  if (count === entry.size) return readEntry(store, entry);
  return readEntry(store, entry, { start: offset, end: offset + count - 1 });
}

/** The path behind links, by the names passed on the way. @throws AppError `not_found` for one that leads out of the workspace */
function resolve(manifest: Manifest, path: string, followsLast: boolean): string {
  const pending = path.split("/").filter(Boolean);
  let passed: string[] = [];
  for (let hops = 0; hops <= MAX_HOPS;) {
    const name = pending.shift();
    if (name === undefined) return passed.join("/");
    if (name === ".") continue;
    if (name === "..") {
      if (passed.pop() === undefined) throw missing();
      continue;
    }
    const entry = manifest.find([...passed, name].join("/"));
    if (entry?.type !== "symlink" || (pending.length === 0 && !followsLast)) {
      passed.push(name);
      continue;
    }
    hops += 1;
    const { target } = entry;
    if (target.startsWith("/")) {
      if (target !== "/workspace" && !target.startsWith("/workspace/")) throw missing();
      passed = [];
      pending.unshift(...normalizeWorkspacePath(target).split("/").filter(Boolean));
    } else {
      pending.unshift(...target.split("/").filter(Boolean));
    }
  }
  throw new AppError("invalid_input", "This link leads to too many other links.");
}

const nodeOf = (entry: ManifestEntry, path: string): FileNode => ({
  path,
  name: path.slice(path.lastIndexOf("/") + 1),
  type: entry.type,
  size: entry.type === "file" ? entry.size : 0,
  modifiedAt: new Date(entry.mtimeMs).toISOString(),
  isReadOnly: isInputPath(path),
});

const rootNode: FileNode = {
  path: "",
  name: "",
  type: "directory",
  size: 0,
  modifiedAt: new Date(0).toISOString(),
  isReadOnly: false,
};

const missing = () => new AppError("not_found", "This file does not exist.");
const noFolder = (manifest: Manifest, path: string) =>
  manifest.find(path)
    ? new AppError("invalid_input", "A file is in the way: only folders can hold files.")
    : missing();
