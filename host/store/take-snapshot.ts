import { readlinkSync } from "node:fs";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { Extent, ManifestEntry, ManifestRef, SnapshotOutcome } from "@/lib/protocol/store";
import { diffManifests } from "@/lib/workspace/diff-manifests";
import { at, compareBytes, errnoOf } from "@/lib/workspace/dir-fd";
import { createManifest, type Manifest, writeManifest } from "@/lib/workspace/manifest";
import { storePrefix } from "@/lib/workspace/object-keys";
import { scanTree, type ScannedNode } from "./scan-tree";
import { createSegmentWriter, type SegmentWriter } from "./segment-writer";
import { settleFile } from "./settle-file";
import { openStatCache, type StatCache } from "./stat-cache";

type Input = {
  root: string;
  cacheFile: string;
  store: ObjectStore;
  storeRoot: string;
  epoch: number;
  parent: { ref: ManifestRef; manifest: Manifest } | null;
  signal?: AbortSignal | undefined;
};

/**
 * Saves a room's tree: what the parent has not is written as segments, then the manifest. Nothing that was saved before
 * is touched, and nothing counts until the caller commits the manifest, so this may stop at any line.
 */
export async function takeSnapshot(
  input: Input,
): Promise<{ outcome: SnapshotOutcome; manifest: Manifest }> {
  const { root, store, storeRoot, parent, signal } = input;
  const before = parent?.manifest ?? createManifest([]);
  const writer = createSegmentWriter(input, extentsBySha(before));
  const cache = await openStatCache(input.cacheFile);
  const unsettled: string[] = [];
  const found: ManifestEntry[] = [];

  const visit = async (node: ScannedNode) => {
    const { entry, isSettled } = await saveNode(node, cache, writer);
    if (!isSettled) unsettled.push(node.path);
    const kept = entry ?? (isSettled ? undefined : before.find(node.path));
    if (kept) found.push(kept);
  };
  await scanTree(root, { visit, skip: (path) => unsettled.push(path) }, signal);
  await writer.flush();

  const entries = found
    .toSorted((a, b) => compareBytes(a.path, b.path))
    .map((entry) =>
      entry.type === "file" ? { ...entry, extents: writer.extentsOf(entry.sha256) } : entry,
    );
  const manifest = createManifest(entries);
  const changes = diffManifests(before, manifest);
  const isSame = parent && changes.length === 0 && !hasNewTimes(before, manifest);
  const ref = isSame
    ? parent.ref
    : await writeManifest(store, storePrefix(storeRoot), entries, signal ? { signal } : {});
  await cache.save();
  const count = (kind: string) =>
    changes.filter((one) => one.kind === kind && (one.after ?? one.before)?.type !== "directory")
      .length;
  const outcome = {
    manifest: ref,
    segments: writer.keys,
    added: count("added"),
    changed: count("modified"),
    removed: count("deleted"),
    unsettled,
  };
  return { outcome, manifest: isSame ? before : manifest };
}

/** `entry` null and settled: the node is gone. */
async function saveNode(
  node: ScannedNode,
  cache: StatCache,
  writer: SegmentWriter,
): Promise<{ entry: ManifestEntry | null; isSettled: boolean }> {
  const { path, stat, dirFd, name } = node;
  const mtimeMs = Number(stat.mtimeMs);
  try {
    if (stat.isFile())
      return (await settleFile(node, cache, writer)) ?? { entry: null, isSettled: false };
    const entry: ManifestEntry = stat.isSymbolicLink()
      ? { type: "symlink", path, target: readLink(dirFd, name), mtimeMs }
      : { type: "directory", path, mode: Number(stat.mode & 0o777n), mtimeMs };
    return { entry, isSettled: true };
  } catch (error) {
    const code = errnoOf(error);
    if (code === "ENOENT") return { entry: null, isSettled: true };
    // Replaced by something else since it was looked at, or its target is no text: tried again next time.
    if (["ELOOP", "EISDIR", "ENOTREG", "ENXIO", "EINVAL", "EACCES"].includes(code ?? ""))
      return { entry: null, isSettled: false };
    throw error;
  }
}

function readLink(dirFd: number, name: string): string {
  const raw = readlinkSync(at(dirFd, name), { encoding: "buffer" });
  const target = raw.toString("utf8");
  if (Buffer.from(target, "utf8").equals(raw)) return target;
  throw Object.assign(new Error("The target is not UTF-8"), { code: "EINVAL" });
}

function extentsBySha(manifest: Manifest): Map<string, Extent[]> {
  const known = new Map<string, Extent[]>();
  for (const entry of manifest.entries)
    if (entry.type === "file") known.set(entry.sha256, entry.extents);
  return known;
}

/** A file that was only touched makes a new manifest too, so that a restore gives its time back. */
function hasNewTimes(before: Manifest, after: Manifest): boolean {
  return after.entries.some(
    (entry, i) => entry.type === "file" && entry.mtimeMs !== before.entries[i]?.mtimeMs,
  );
}
