import { createHash } from "node:crypto";
import { closeSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import type { ObjectStore } from "@/lib/ports/object-store";
import { normalizeWorkspacePath } from "@/lib/protocol/paths";
import type { Extent, FileEntry, ManifestEntry } from "@/lib/protocol/store";
import { diffManifests } from "./diff-manifests";
import { compareBytes, namesIn, openRoot } from "./dir-fd";
import { isText } from "./is-text";
import { createManifest, emptyManifest, openManifest, writeManifest } from "./manifest";
import { readEntry, readEntryBytes } from "./read-entry";
import { encodeSegment, placeExtent } from "./segment";

let root: string;
let store: ObjectStore;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "workspace-"));
  store = createDirectoryObjectStore({ root });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const name = fc
  .oneof(
    fc.string({ minLength: 1, maxLength: 20, unit: "grapheme" }),
    fc.constantFrom("a", "b", "workspace"),
  )
  .filter(
    (text) =>
      !text.includes("/") &&
      normalizeWorkspacePath(`x/${text}`.replaceAll("\0", "")) === `x/${text}`,
  );
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
const leaf = fc.oneof(
  fc.record({
    type: fc.constant("file" as const),
    body: fc.uint8Array({ maxLength: 200 }),
    mode: fc.constantFrom(0o644, 0o755),
  }),
  fc.record({ type: fc.constant("symlink" as const), target: fc.string({ minLength: 1 }) }),
  fc.record({ type: fc.constant("directory" as const) }),
);

/** A well-formed tree: every path lies below folders, nothing below files. */
const tree = fc.dictionary(path, leaf, { maxKeys: 15 }).map((leaves) => {
  const entries = new Map<string, ManifestEntry>();
  const bodies: Uint8Array[] = [];
  const addFolders = (below: string): boolean => {
    const slash = below.lastIndexOf("/");
    if (slash < 0) return true;
    const parent = below.slice(0, slash);
    const found = entries.get(parent);
    if (found) return found.type === "directory";
    if (!addFolders(parent)) return false;
    entries.set(parent, { type: "directory", path: parent, mode: 0o755, mtimeMs: 1 });
    return true;
  };
  for (const [at, node] of Object.entries(leaves)) {
    if (entries.has(at) || !addFolders(at)) continue;
    if (node.type === "directory")
      entries.set(at, { type: "directory", path: at, mode: 0o755, mtimeMs: 1 });
    else if (node.type === "symlink")
      entries.set(at, { type: "symlink", path: at, target: node.target, mtimeMs: 2 });
    else {
      bodies.push(node.body);
      entries.set(at, {
        type: "file",
        path: at,
        size: node.body.length,
        mode: node.mode,
        mtimeMs: 3,
        sha256: sha(node.body),
        extents: [],
      });
    }
  }
  return {
    entries: [...entries.values()].toSorted((a, b) => compareBytes(a.path, b.path)),
    bodies,
  };
});

/** Puts all bodies into one segment and fills in the extents. */
async function pack(entries: ManifestEntry[], bodies: Uint8Array[]): Promise<ManifestEntry[]> {
  const named = bodies.map((body) => ({ sha256: sha(body), size: body.length }));
  const cause = { reason: "sync", turnId: null, actorId: null } as const;
  const root = "workrooms/x";
  const draft = { root, epoch: 1, seq: 1, at: 0, cause, ops: [], bodies: named };
  const { head, ref } = encodeSegment(draft);
  await store.put(ref.key, Buffer.concat([head, ...bodies]));
  const extents = new Map<string, Extent>();
  let offset = 0;
  for (const { sha256, size: length } of named) {
    extents.set(sha256, placeExtent({ key: "", offset, length }, ref.key, head.length));
    offset += length;
  }
  return entries.map((entry) =>
    entry.type === "file" ? { ...entry, extents: [extents.get(entry.sha256)!] } : entry,
  );
}

describe("a saved tree", () => {
  test("comes back as it was, whatever is in it", async () => {
    await fc.assert(
      fc.asyncProperty(tree, async ({ entries, bodies }) => {
        const packed = await pack(entries, bodies);
        const ref = await writeManifest(store, "workrooms/x/.workroom", packed);
        const opened = await openManifest(store, ref);
        expect(opened.entries).toEqual(packed);
        expect(ref.entryCount).toBe(packed.length);
        for (const entry of opened.entries) {
          expect(opened.find(entry.path)).toBe(entry);
          if (entry.type !== "file") continue;
          const whole = await buffer(readEntry(store, entry));
          expect(sha(whole)).toBe(entry.sha256);
          if (entry.size < 2) continue;
          const range = { start: 1, end: entry.size - 1 };
          expect(await buffer(readEntry(store, entry, range))).toEqual(whole.subarray(1));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("is refused when one byte of its manifest was flipped, or it was cut", async () => {
    const entries: ManifestEntry[] = [
      { type: "directory", path: "a", mode: 0o755, mtimeMs: 1 },
      { type: "symlink", path: "a/b", target: "c", mtimeMs: 1 },
    ];
    const ref = await writeManifest(store, "flip", entries);
    const body = await store.getBytes(ref.key);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(body.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const changed = Buffer.from(body);
          changed[at]! ^= mask;
          await store.put("flip/changed", changed);
          await expect(openManifest(store, { ...ref, key: "flip/changed" })).rejects.toMatchObject({
            code: "internal",
          });
        },
      ),
      { numRuns: 40 },
    );
    await store.put("flip/cut", body.subarray(0, -1));
    await expect(openManifest(store, { ...ref, key: "flip/cut" })).rejects.toMatchObject({
      code: "internal",
    });
    await expect(openManifest(store, { ...ref, key: "flip/none" })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("is refused when it names places outside the workspace, twice, out of order, or below a file", async () => {
    const directory = (at: string) => ({ type: "directory", path: at, mode: 0o755, mtimeMs: 1 });
    const link = (at: string) => ({ type: "symlink", path: at, target: "x", mtimeMs: 1 });
    const file = {
      type: "file",
      path: "f",
      size: 3,
      mode: 0o644,
      mtimeMs: 1,
      sha256: "0".repeat(64),
      extents: [],
    };
    const bad: unknown[][] = [
      [directory("../etc")],
      [directory("/etc")],
      [directory("")],
      [directory("a/../b")],
      [directory("a\0b")],
      [directory("a/")],
      [directory("x".repeat(300))],
      [directory("b"), directory("a")],
      [directory("a"), directory("a")],
      [link("a"), directory("a/b")],
      [directory("a/b")],
      [file],
      [{ type: "fifo", path: "p" }],
      ["text"],
    ];
    for (const entries of bad) {
      const lines = [{ format: "workroom-manifest", version: 1 }, ...entries].map((entry) =>
        JSON.stringify(entry),
      );
      const body = gzipSync(`${lines.join("\n")}\n`);
      await store.put("bad", body);
      const ref = { key: "bad", sha256: sha(body), entryCount: entries.length, totalBytes: 0 };
      await expect(openManifest(store, ref)).rejects.toMatchObject({
        code: "internal",
      });
    }
  });
});

describe("a saved file", () => {
  const body = Buffer.from("abcdefghij");
  const entry = (extents: FileEntry["extents"]): FileEntry => ({
    type: "file",
    path: "f",
    size: 10,
    mode: 0o644,
    mtimeMs: 1,
    sha256: sha(body),
    extents,
  });

  test("is read across its extents, whole and by any range", async () => {
    await store.put("e/1", Buffer.from("--abcd--"));
    await store.put("e/2", Buffer.from("efghij"));
    const split = entry([
      { key: "e/1", offset: 2, length: 4 },
      { key: "e/2", offset: 0, length: 0 },
      { key: "e/2", offset: 0, length: 6 },
    ]);
    expect((await readEntryBytes(store, split, 10)).toString()).toBe("abcdefghij");
    for (let start = 0; start < 10; start += 1)
      for (let end = start; end < 10; end += 1)
        expect((await buffer(readEntry(store, split, { start, end }))).toString()).toBe(
          "abcdefghij".slice(start, end + 1),
        );
    expect(() => readEntry(store, split, { start: 0, end: 10 })).toThrow("outside");
    await expect(readEntryBytes(store, split, 9)).rejects.toMatchObject({ code: "too_large" });
  });

  test("breaks when a byte of it was flipped in the store", async () => {
    await store.put("e/bad", Buffer.from("abcdeXghij"));
    const changed = entry([{ key: "e/bad", offset: 0, length: 10 }]);
    await expect(buffer(readEntry(store, changed))).rejects.toMatchObject({ code: "internal" });
  });
});

describe("the difference of two trees", () => {
  test("applied to the first gives the second", () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const changes = diffManifests(createManifest(a.entries), createManifest(b.entries));
        const result = new Map(a.entries.map((entry) => [entry.path, entry]));
        for (const { path: at, after } of changes) {
          if (after) result.set(at, after);
          else result.delete(at);
        }
        const sorted = [...result.values()].toSorted((x, y) => compareBytes(x.path, y.path));
        expect(sorted).toEqual(b.entries);
        expect(changes.map((change) => change.path)).toEqual(
          changes.map((change) => change.path).toSorted(compareBytes),
        );
      }),
    );
    expect(diffManifests(emptyManifest, emptyManifest)).toEqual([]);
  });
});

test("paths are in the order of their UTF-8 bytes, also beyond the basic plane", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      expect(Math.sign(compareBytes(a, b))).toBe(
        Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
    }),
  );
  expect(compareBytes("\u{ffff}", "\u{10000}")).toBeLessThan(0);
});

test("text is told from binaries, also when only its beginning is known", () => {
  const word = Buffer.from("naïve €");
  expect(isText(word)).toBe(true);
  expect(isText(word.subarray(0, -1))).toBe(false);
  expect(isText(word.subarray(0, -1), { isPart: true })).toBe(true);
  expect(isText(Buffer.from([0x68, 0, 0x69]))).toBe(false);
  expect(isText(Buffer.from([0xff, 0xfe, 0x41]))).toBe(false);
  expect(isText(new Uint8Array())).toBe(true);
});

test("a folder with too many names is read up to the limit, and says so", async () => {
  const folder = await mkdtemp(join(root, "names-"));
  for (let i = 0; i < 20; i += 1) await writeFile(join(folder, `f${i}`), "");
  const fd = openRoot(folder);
  const part = namesIn(fd, 19);
  const whole = namesIn(fd, 20);
  closeSync(fd);
  expect([part.names.length, part.isCut]).toEqual([19, true]);
  expect([whole.names.length, whole.isCut]).toEqual([20, false]);
});
