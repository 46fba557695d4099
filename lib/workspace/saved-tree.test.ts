import { mkdtemp, rm } from "node:fs/promises";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import type { ManifestEntry } from "@/lib/protocol/store";
import { createManifest } from "./manifest";
import { openSavedTree } from "./saved-tree";

const body = "a,b\n1,2\n";
const sha256 = createHash("sha256").update(body).digest("hex");
const mtimeMs = Date.parse("2026-01-02T03:04:05.000Z");
const extents = [{ key: "seg", offset: 0, length: body.length }];
const directory = (path: string): ManifestEntry => ({
  type: "directory",
  path,
  mode: 0o755,
  mtimeMs,
});
const link = (path: string, target: string): ManifestEntry => ({
  type: "symlink",
  path,
  target,
  mtimeMs,
});
const file = (path: string): ManifestEntry => ({
  type: "file",
  path,
  size: body.length,
  mode: 0o644,
  mtimeMs,
  sha256,
  extents,
});

let root: string;
let tree: ReturnType<typeof openSavedTree>;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "saved-tree-"));
  const store = createDirectoryObjectStore({ root });
  await store.put("seg", Buffer.from(body));
  const entries = [
    directory("input"),
    link("input.link", "input"),
    file("input/a.csv"),
    directory("output"),
    link("output/away", "../../etc/passwd"),
    link("output/host", "/etc/passwd"),
    link("output/in", "/workspace/input/a.csv"),
    link("output/loop", "loop"),
    link("output/up", "../input/./a.csv"),
  ];
  tree = openSavedTree(store, createManifest(entries));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const ls = (path: string, limit = 10) => tree.ls({ path, recursive: false, limit });

test("lists the children of a folder only, also through a link, and says when it was cut", () => {
  expect(ls("").nodes.map(({ path }) => path)).toEqual(["input", "input.link", "output"]);
  expect(ls("input")).toEqual({
    nodes: [
      {
        path: "input/a.csv",
        name: "a.csv",
        type: "file",
        size: body.length,
        modifiedAt: "2026-01-02T03:04:05.000Z",
        isReadOnly: true,
      },
    ],
    nextCursor: null,
  });
  expect(ls("input.link").nodes).toMatchObject([{ path: "input.link/a.csv" }]);
  expect(ls("output", 2)).toMatchObject({ nodes: [{}, {}], nextCursor: "host" });
  expect(() => ls("gone")).toThrow("does not exist");
  expect(() => ls("input/a.csv")).toThrow("only folders can hold files");
});

test("reads a whole file or a part of it, also through links that stay inside", async () => {
  for (const path of ["input/a.csv", "output/in", "output/up", "input.link/a.csv"]) {
    const whole = tree.read(path);
    expect([await text(whole.body), whole.size, whole.etag]).toEqual([body, body.length, sha256]);
  }
  const part = tree.read("input/a.csv", { offset: 4, length: 3 });
  expect([await text(part.body), part.size]).toEqual(["1,2", body.length]);
  expect(await text(tree.read("input/a.csv", { offset: 100 }).body)).toBe("");
  expect(await text(tree.read("input/a.csv", { offset: 6, length: 100 }).body)).toBe("2\n");
});

test("finds nothing behind links that lead out or round, and reads no folder", () => {
  for (const path of ["output/away", "output/host"])
    expect(() => tree.read(path)).toThrow("leads outside the workspace");
  expect(() => tree.read("gone")).toThrow("does not exist");
  expect(() => tree.read("input/a.csv/b")).toThrow("only folders can hold files");
  expect(() => tree.read("output/loop")).toThrow("too many other links");
  expect(() => tree.read("")).toThrow("This is a folder");
  expect(() => tree.read("input")).toThrow("This is a folder");
});

test("describes a link itself, and the workspace", () => {
  expect(tree.stat({ path: "output/in" })).toMatchObject({ type: "symlink", name: "in" });
  expect(tree.stat({ path: "" })).toMatchObject({ type: "directory", path: "" });
  expect(() => tree.stat({ path: "gone" })).toThrow("does not exist");
});
