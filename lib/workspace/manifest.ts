import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import type { ObjectStore } from "@/lib/ports/object-store";
import { normalizeWorkspacePath } from "@/lib/protocol/paths";
import { ManifestEntry, type ManifestRef } from "@/lib/protocol/store";
import { damaged } from "./damaged";
import { compareBytes } from "./dir-fd";

const zip = promisify(gzip);
const unzip = promisify(gunzip);
const Head = z.object({ format: z.literal("workroom-manifest"), version: z.literal(1) });
const HEAD: z.infer<typeof Head> = { format: "workroom-manifest", version: 1 };
/** A manifest is read whole; this many bytes are some millions of files. */
const MAX_TEXT_BYTES = 1_073_741_824;
const LINES_PER_SLICE = 1_000;

/** A tree at one moment: entries in byte order of their paths, without the root itself. */
export type Manifest = {
  readonly entries: readonly ManifestEntry[];
  find(path: string): ManifestEntry | undefined;
};

export function createManifest(entries: readonly ManifestEntry[]): Manifest {
  let byPath: Map<string, ManifestEntry> | undefined;
  return {
    entries,
    find(path) {
      byPath ??= new Map(entries.map((entry) => [entry.path, entry]));
      return byPath.get(path);
    },
  };
}

export const emptyManifest = createManifest([]);

/** Writes a manifest as gzipped NDJSON, named by the SHA-256 of these bytes. Entries must be sorted. */
export async function writeManifest(
  store: ObjectStore,
  prefix: string,
  entries: readonly ManifestEntry[],
  options: { signal?: AbortSignal } = {},
): Promise<ManifestRef> {
  const lines = [JSON.stringify(HEAD)];
  let totalBytes = 0;
  for (const [index, entry] of entries.entries()) {
    lines.push(JSON.stringify(entry));
    if (entry.type === "file") totalBytes += entry.size;
    if (index % LINES_PER_SLICE === 0) await setImmediate();
  }
  const body = await zip(Buffer.from(`${lines.join("\n")}\n`, "utf8"));
  const sha256 = createHash("sha256").update(body).digest("hex");
  const key = `${prefix}/mf/${sha256}`;
  await store.put(key, body, options);
  return { key, sha256, entryCount: entries.length, totalBytes };
}

/**
 * Reads a manifest and checks all of it: the bytes against the reference, each entry, the order, and that no path lies
 * below a file or link.
 *
 * @throws AppError `internal` when it was changed or cut, `not_found` when it is gone
 */
export async function openManifest(
  store: ObjectStore,
  ref: ManifestRef,
  options: { signal?: AbortSignal } = {},
): Promise<Manifest> {
  const body = await store.getBytes(ref.key, options);
  if (createHash("sha256").update(body).digest("hex") !== ref.sha256)
    throw damaged("its bytes have another SHA-256");
  const text = (await unzip(body, { maxOutputLength: MAX_TEXT_BYTES })).toString("utf8");
  const [head = "", ...lines] = text.split("\n");
  if (!Head.safeParse(parseJson(head)).success || lines.pop() !== "")
    throw damaged("it has another format");
  if (lines.length !== ref.entryCount) throw damaged("it has another number of entries");
  const entries: ManifestEntry[] = [];
  for (const [index, line] of lines.entries()) {
    entries.push(parseEntry(line, entries.at(-1)));
    if (index % LINES_PER_SLICE === 0) await setImmediate();
  }
  const manifest = createManifest(entries);
  checkParents(manifest);
  return manifest;
}

function parseEntry(line: string, previous: ManifestEntry | undefined): ManifestEntry {
  const parsed = ManifestEntry.safeParse(parseJson(line));
  if (!parsed.success) throw damaged("an entry can't be read");
  const entry = parsed.data;
  if (entry.path === "" || entry.path !== normalPath(entry.path))
    throw damaged("a path is not in normal form");
  if (previous && compareBytes(previous.path, entry.path) >= 0) throw damaged("it is not in order");
  if (entry.type === "file" && entry.size !== sum(entry.extents.map((extent) => extent.length)))
    throw damaged("an entry's extents don't add up");
  return entry;
}

function checkParents(manifest: Manifest): void {
  for (const { path } of manifest.entries) {
    const slash = path.lastIndexOf("/");
    if (slash > 0 && manifest.find(path.slice(0, slash))?.type !== "directory")
      throw damaged("a path lies below something that is no folder");
  }
}

function normalPath(path: string): string | null {
  try {
    return normalizeWorkspacePath(path);
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
