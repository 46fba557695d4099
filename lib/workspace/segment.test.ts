import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { ManifestEntry, SegmentOp, SegmentRef } from "@/lib/protocol/store";
import { copyName } from "./copy-name";
import { writeManifest } from "./manifest";
import { encodeSegment, readSegment } from "./segment";
import { openState, stateOf } from "./workspace-state";
import { createWorkspaceTree } from "./workspace-tree";

let folder: string;
let store: ObjectStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "segment-"));
  store = createDirectoryObjectStore({ root: folder });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const root = "workrooms/x";
const cause = { reason: "sync", turnId: null, actorId: null } as const;
const sha256 = "0".repeat(64);
const name = fc.constantFrom("a", "b", "é", "\u{1F600}", "a-b", "a.b");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
const entry = fc.oneof(
  path.map((at): ManifestEntry => ({ type: "directory", path: at, mode: 0o755, mtimeMs: 1.5 })),
  fc
    .tuple(path, fc.string())
    .map(([at, target]): ManifestEntry => ({ type: "symlink", path: at, target, mtimeMs: 2 })),
  fc.tuple(path, fc.nat(50)).map(([at, size]): ManifestEntry => ({
    type: "file",
    path: at,
    size,
    mode: 0o644,
    mtimeMs: 3,
    sha256,
    extents: size > 0 ? [{ key: "elsewhere", offset: 7, length: size }] : [],
  })),
);
const change = fc.oneof(
  { weight: 4, arbitrary: entry.map((one): SegmentOp => ({ op: "put", entry: one })) },
  { weight: 1, arbitrary: path.map((at): SegmentOp => ({ op: "del", path: at })) },
);

/** Keeps the changes that a disk could have: each node lies in a folder. */
function possible(ops: readonly SegmentOp[]): SegmentOp[] {
  const tree = createWorkspaceTree();
  return ops.filter((op) => {
    if (op.op === "put" && !tree.hasFolderOf(op.entry.path)) return false;
    tree.apply([op]);
    return true;
  });
}

async function write(
  seq: number,
  ops: readonly SegmentOp[],
  body = Buffer.alloc(0),
): Promise<SegmentRef> {
  const bodies = body.length > 0 ? [{ sha256, size: body.length }] : [];
  const { head, ref } = encodeSegment({ root, epoch: 3, seq, at: 5, cause, ops, bodies });
  await store.put(ref.key, Buffer.concat([head, body]));
  return ref;
}

describe("a segment", () => {
  test("says what was put into it, whatever that is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 30 }), async (ops) => {
        const ref = await write(1, ops);
        const read = await readSegment(store, ref);
        expect(read).toEqual({ epoch: 3, seq: 1, at: 5, cause, ops });
        expect(ref.bytes).toBe(await store.size(ref.key));
      }),
      { numRuns: 60 },
    );
  });

  test("names its own contents by their final place, also behind a head of megabytes", async () => {
    const body = randomBytes(1_000);
    const extents = [{ key: "", offset: 100, length: 900 }];
    const file = {
      type: "file",
      path: "f",
      size: 900,
      mode: 0o644,
      mtimeMs: 1,
      sha256,
      extents,
    } as const;
    const many = Array.from({ length: 8_000 }, (_, i): SegmentOp => ({
      op: "del",
      path: `gone/${i}`,
    }));
    const ref = await write(2, [...many, { op: "put", entry: { ...file, extents } }], body);
    const last = (await readSegment(store, ref)).ops.at(-1);
    const place = last?.op === "put" && last.entry.type === "file" ? last.entry.extents[0]! : null;
    const range = { start: place!.offset, end: place!.offset + place!.length - 1 };
    expect((await store.getBytes(place!.key, { range })).equals(body.subarray(100))).toBe(true);
  });

  test("is refused when a byte of its head was flipped, when it was cut, or when it is another", async () => {
    const ref = await write(1, [{ op: "del", path: "a" }], randomBytes(50));
    const whole = await store.getBytes(ref.key);
    const damaged = { code: "internal" };
    for (let i = 0; i < whole.length - 50; i += 7) {
      const flipped = Buffer.from(whole);
      flipped[i]! ^= 1;
      await store.put("flipped", flipped);
      await expect(readSegment(store, { ...ref, key: "flipped" })).rejects.toMatchObject(damaged);
    }
    for (const length of [0, 1, whole.length - 51]) {
      await store.put("cut", whole.subarray(0, length));
      await expect(readSegment(store, { ...ref, key: "cut" })).rejects.toMatchObject(damaged);
    }
    await expect(readSegment(store, { ...ref, seq: 2 })).rejects.toMatchObject(damaged);
    await expect(readSegment(store, { ...ref, key: "none" })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("a state", () => {
  test("is the same tree, however its commits are cut into segments and manifests", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 60 }),
        fc.nat(60),
        fc.nat(60),
        async (all, a, b) => {
          const ops = possible(all);
          const expected = createWorkspaceTree();
          expected.apply(ops);
          const [start, end] = [Math.min(a, b), Math.max(a, b)];
          const before = createWorkspaceTree();
          before.apply(ops.slice(0, start));
          const manifest = await writeManifest(
            store,
            `${root}/.workroom`,
            before.toManifest().entries,
          );
          const segments = [await write(1, ops.slice(start, end)), await write(2, ops.slice(end))];
          const opened = await openState(store, { ...stateOf(manifest), segments });
          expect(opened.entries).toEqual(expected.toManifest().entries);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the name of a copy", () => {
  const at = new Date("2026-11-21T05:01:59Z");
  const free = () => false;
  test("keeps the extension, counts on, and never gets too long", () => {
    expect(copyName("report.pdf", at, free)).toBe("report (workroom copy 2026-11-21 05.01).pdf");
    expect(copyName(".env", at, free)).toBe(".env (workroom copy 2026-11-21 05.01)");
    const taken = new Set(["a (workroom copy 2026-11-21 05.01)"]);
    expect(copyName("a", at, (one) => taken.has(one))).toBe("a (workroom copy 2026-11-21 05.01 2)");
    for (const long of ["é".repeat(127), `${"x".repeat(240)}.tar.gz`, `a.${"b".repeat(250)}`])
      expect(Buffer.byteLength(copyName(long, at, free))).toBeLessThanOrEqual(255);
  });
});
