import { execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { newId } from "@/lib/ids";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { CommitCause, FileEntry, ManifestRef, SnapshotOutcome } from "@/lib/protocol/store";
import { openManifest } from "@/lib/workspace/manifest";
import { readEntry } from "@/lib/workspace/read-entry";
import { createRoomStore, type RoomStore } from "./room-store";

const isRoot = process.getuid?.() === 0;
const agent = { uid: 2_445_000, gid: 2_445_001 };
const cause: CommitCause = { reason: "turn_end", turnId: null, actorId: null };
let dataDir: string;
let store: ObjectStore;
let rooms: RoomStore;
let attach: ReturnType<typeof createFakeProvisioner>["attach"];
let hasDisk: ReturnType<typeof createFakeProvisioner>["hasDisk"];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "room-store-"));
  await mkdir(join(dataDir, "store"));
  store = createDirectoryObjectStore({ root: join(dataDir, "store") });
  ({ attach, hasDisk } = createFakeProvisioner({ dataDir, ...(isRoot && { owner: agent }) }));
  rooms = createRoomStore({ attach, hasDisk, store, dataDir, assertWritable: () => undefined });
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function createRoom() {
  const roomId = newId("workroom");
  const { root } = await attach(roomId);
  const write = async (path: string, body: string | Uint8Array) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), body);
  };
  const snapshot = (parent: ManifestRef | null, epoch = 1) =>
    rooms.snapshot({ roomId, epoch, parent, cause });
  return { roomId, root, write, snapshot };
}
const open = (outcome: SnapshotOutcome) => openManifest(store, outcome.manifest);
async function contentOf(outcome: SnapshotOutcome, path: string): Promise<Buffer> {
  const entry = (await open(outcome)).find(path);
  return buffer(readEntry(store, entry as FileEntry));
}
const sha = (body: string | Uint8Array) => createHash("sha256").update(body).digest("hex");

/** What a person sees of a tree: kinds, contents, modes, targets and times of files. */
async function describeTree(root: string, folder = ""): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const name of await readdir(join(root, folder))) {
    const path = folder ? `${folder}/${name}` : name;
    const { mode, mtimeMs } = await lstat(join(root, path));
    const kind = mode & 0o170000;
    if (kind === 0o040000) Object.assign(found, { [path]: mode }, await describeTree(root, path));
    else if (kind === 0o120000) found[path] = await readlink(join(root, path));
    else found[path] = [mode, Math.trunc(mtimeMs), sha(await readFile(join(root, path)))];
  }
  return found;
}

describe("a snapshot", () => {
  test("restored into another room gives the same tree, and says what changed", async () => {
    const one = await createRoom();
    await one.write("app/index.html", "<h1>");
    await one.write("app/.git/objects/ab", randomBytes(300));
    await one.write("app/node_modules/x/index.js", "x");
    await one.write("input/sales.csv", "a,b\n1,2\n");
    await one.write("empty", "");
    await one.write("run.sh", "#!/bin/sh");
    await chmod(join(one.root, "run.sh"), 0o755);
    await utimes(join(one.root, "run.sh"), 1_000_000, 1_000_000.5);
    await symlink("app/index.html", join(one.root, "link"));
    await symlink("/etc/passwd", join(one.root, "outside"));
    await mkdir(join(one.root, "empty-folder"));
    const first = await one.snapshot(null);
    expect(first).toMatchObject({ added: 8, changed: 0, removed: 0, unsettled: [] });
    expect(first.segments).toHaveLength(1);

    const two = await createRoom();
    await two.write("input/other.csv", "goes");
    await two.write("app", "a file where a folder belongs");
    await two.write("link/was/a/folder", "goes");
    expect(await rooms.restore({ roomId: two.roomId, manifest: first.manifest })).toEqual({
      written: 14,
      removed: 3,
    });
    expect(await describeTree(two.root)).toEqual(await describeTree(one.root));
    const owners = await Promise.all(
      ["input/sales.csv", "app/index.html"].map((path) => stat(join(two.root, path))),
    );
    expect(owners.map(({ uid }) => uid)).toEqual(
      isRoot ? [0, agent.uid] : [process.getuid?.(), process.getuid?.()],
    );
    expect(await rooms.restore({ roomId: two.roomId, manifest: first.manifest })).toEqual({
      written: 0,
      removed: 0,
    });

    await one.write("app/index.html", "<h2>");
    await rm(join(one.root, "empty"));
    await one.write("new", "x");
    const second = await one.snapshot(first.manifest);
    expect(second).toMatchObject({ added: 1, changed: 1, removed: 1, unsettled: [] });
    const unchanged = await one.snapshot(second.manifest);
    expect(unchanged).toEqual({
      manifest: second.manifest,
      segments: [],
      added: 0,
      changed: 0,
      removed: 0,
      unsettled: [],
    });
  });

  test("of any tree comes back as it was", async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 12, unit: "grapheme" })
      .filter(
        (text) =>
          !/[/\0]/.test(text) && text !== "." && text !== ".." && Buffer.byteLength(text) < 200,
      );
    const files = fc.dictionary(
      fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/")),
      fc.uint8Array({ maxLength: 5_000 }),
      { maxKeys: 8 },
    );
    await fc.assert(
      fc.asyncProperty(files, async (contents) => {
        const one = await createRoom();
        // A name that is a file cannot be a folder as well: what does not fit is left out.
        for (const [path, body] of Object.entries(contents))
          await one.write(path, body).catch(() => undefined);
        const outcome = await one.snapshot(null);
        const two = await createRoom();
        await rooms.restore({ roomId: two.roomId, manifest: outcome.manifest });
        expect(await describeTree(two.root)).toEqual(await describeTree(one.root));
      }),
      { numRuns: 25 },
    );
  });

  test("writes each content once, big files in segments of their own", async () => {
    const one = await createRoom();
    const big = randomBytes(9_000_000);
    await one.write("big-1", big);
    await one.write("sub/big-2", big);
    for (let i = 0; i < 30; i += 1)
      await one.write(`small-${i}`, i % 2 ? "same" : randomBytes(1_000_000));
    const first = await one.snapshot(null);
    expect(first.segments).toHaveLength(3);
    const sizes = await Promise.all(
      first.segments.map(async (key) => (await store.size(key)) ?? 0),
    );
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(9_000_000 + 15_000_000 + 10_000);
    expect((await contentOf(first, "sub/big-2")).equals(big)).toBe(true);
    await one.write("copy", big);
    await one.write("renamed", "same");
    const second = await one.snapshot(first.manifest);
    expect([second.segments, second.added]).toEqual([[], 2]);
  });

  test(
    "of 10,000 files reads only what changed, and lets other calls run meanwhile",
    { timeout: 120_000 },
    async () => {
      const one = await createRoom();
      for (let i = 0; i < 100; i += 1) {
        await mkdir(join(one.root, `d${i}`));
        await Promise.all(
          Array.from({ length: 100 }, (_, j) =>
            writeFile(join(one.root, `d${i}/f${j}`), `${i} ${j} `.repeat(200)),
          ),
        );
      }
      const bytesRead = () =>
        Number(/rchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);
      let turns = 0;
      let isDone = false;
      const tick = () => {
        turns += 1;
        if (!isDone) setImmediate(tick);
      };
      setImmediate(tick);
      const beforeFirst = bytesRead();
      const first = await one.snapshot(null);
      isDone = true;
      const cold = bytesRead() - beforeFirst;
      expect(first.added).toBe(10_000);
      expect(turns).toBeGreaterThan(20);
      // Files younger than a tick of the clock when they were read are read once more: let them all be old.
      await one.snapshot(first.manifest);
      await one.write("d7/f7", "changed");
      const beforeWarm = bytesRead();
      const warm = await one.snapshot(first.manifest);
      expect(warm).toMatchObject({ added: 0, changed: 1, removed: 0 });
      expect(warm.segments).toHaveLength(1);
      expect(bytesRead() - beforeWarm).toBeLessThan(cold / 4);
      expect((await contentOf(warm, "d7/f7")).toString()).toBe("changed");
    },
  );

  test("notices a change that keeps size and modification time", async () => {
    const one = await createRoom();
    await one.write("f", "aaaa");
    await utimes(join(one.root, "f"), 1_000, 1_000);
    const first = await one.snapshot(null);
    await one.write("f", "bbbb");
    await utimes(join(one.root, "f"), 1_000, 1_000);
    const second = await one.snapshot(first.manifest);
    expect(second.changed).toBe(1);
    expect((await contentOf(second, "f")).toString()).toBe("bbbb");
  });

  test("names a file that keeps changing, and still saves a state it had", async () => {
    const one = await createRoom();
    await one.write("steady", "steady");
    const log = join(one.root, "log");
    await writeFile(log, "line\n".repeat(1_500_000));
    let isWriting = true;
    const append = () => {
      appendFileSync(log, "line\n");
      if (isWriting) setImmediate(append);
    };
    setImmediate(append);
    const outcome = await one.snapshot(null);
    isWriting = false;
    expect(outcome.unsettled).toEqual(["log"]);
    expect((await contentOf(outcome, "log")).toString()).toMatch(/^(line\n)+$/);
    expect((await contentOf(outcome, "steady")).toString()).toBe("steady");
    const later = await one.snapshot(outcome.manifest);
    expect(later).toMatchObject({ unsettled: [], changed: 1 });
  });

  test("passes over sockets and FIFOs, and names what it can't save", async () => {
    const one = await createRoom();
    execFileSync("mkfifo", [join(one.root, "fifo")]);
    execFileSync("sh", ["-c", String.raw`printf x > "$(printf 'bad-\377')"`], { cwd: one.root });
    execFileSync(
      "sh",
      ["-c", "i=0; while [ $i -lt 300 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done"],
      { cwd: one.root },
    );
    await one.write(".workroom-part-left", "half");
    const outcome = await one.snapshot(null);
    expect(outcome.unsettled).toHaveLength(2);
    const paths = (await open(outcome)).entries.map((entry) => entry.path);
    expect(paths).not.toContain("fifo");
    expect(paths).not.toContain(".workroom-part-left");
  });

  test(
    "never takes in a foreign byte while the room swaps its folders for links",
    { timeout: 60_000 },
    async () => {
      const one = await createRoom();
      const outside = join(dataDir, "outside");
      await mkdir(outside, { recursive: true });
      await writeFile(join(outside, "f"), "FOREIGN");
      const script = `const fs=require('node:fs');process.stdout.write('ready');for(;;){
      try{fs.rmSync('d',{recursive:true,force:true});fs.mkdirSync('d');fs.writeFileSync('d/f','mine')}catch{}
      try{fs.rmSync('d',{recursive:true,force:true});fs.symlinkSync(${JSON.stringify(outside)},'d')}catch{}
      try{fs.rmSync('e',{force:true});fs.writeFileSync('e','mine');fs.rmSync('e');fs.symlinkSync(${JSON.stringify(join(outside, "f"))},'e')}catch{}}`;
      const attacker = spawn(process.execPath, ["-e", script], {
        cwd: one.root,
        stdio: ["ignore", "pipe", "ignore"],
      });
      try {
        await new Promise((resolve) => attacker.stdout.once("data", resolve));
        let parent: ManifestRef | null = null;
        for (let i = 0; i < 150; i += 1) {
          const outcome: SnapshotOutcome = await one.snapshot(parent);
          parent = outcome.manifest;
          const saved = (await open(outcome)).entries.map(
            (entry) => entry.type === "file" && entry.sha256,
          );
          expect(saved).not.toContain(sha("FOREIGN"));
        }
      } finally {
        attacker.kill("SIGKILL");
      }
    },
  );

  test("that is cut off at any write leaves earlier states whole, and the next one works", async () => {
    const one = await createRoom();
    await one.write("a", randomBytes(5_000_000));
    await one.write("b", randomBytes(9_000_000));
    const first = await one.snapshot(null);
    await one.write("a", randomBytes(5_000_001));
    await one.write("c", randomBytes(100));
    for (let failing = 0; ; failing += 1) {
      let writes = 0;
      const flaky: ObjectStore = {
        ...store,
        put: (key, body, options) => {
          writes += 1;
          if (writes - 1 !== failing) return store.put(key, body, options);
          const halves = Readable.from(
            (async function* () {
              yield Buffer.from("half");
              throw new Error("power cut");
            })(),
          );
          return store.put(key, halves, options);
        },
      };
      const broken = createRoomStore({
        attach,
        hasDisk,
        store: flaky,
        dataDir,
        assertWritable: () => undefined,
      });
      const result = await broken
        .snapshot({ roomId: one.roomId, epoch: 1, parent: first.manifest, cause })
        .catch(String);
      expect((await contentOf(first, "b")).length).toBe(9_000_000);
      expect(typeof result === "string" ? /power cut/.test(result) : failing).toBe(
        failing < 3 ? true : 3,
      );
      if (typeof result === "string") continue;
      expect((await contentOf(result, "a")).length).toBe(5_000_001);
      break;
    }
  });

  test("never saves an empty disk in the place of one that is gone", async () => {
    const one = await createRoom();
    await one.write("a", "x");
    const { manifest } = await one.snapshot(null);
    await rm(join(dataDir, "rooms", one.roomId), { recursive: true });
    await expect(one.snapshot(manifest)).rejects.toMatchObject({ code: "conflict" });
    await rooms.restore({ roomId: one.roomId, manifest });
    expect((await one.snapshot(manifest)).removed).toBe(0);
  });

  test("is refused, as a restore is, when its parent was changed in the store", async () => {
    const one = await createRoom();
    await one.write("a", "x");
    const { manifest } = await one.snapshot(null);
    const fresh = createRoomStore({
      attach,
      hasDisk,
      store,
      dataDir,
      assertWritable: () => undefined,
    });
    const body = await store.getBytes(manifest.key);
    body[body.length - 5]! ^= 1;
    await store.put(manifest.key, body);
    await expect(fresh.restore({ roomId: one.roomId, manifest })).rejects.toMatchObject({
      code: "internal",
    });
    await expect(
      fresh.snapshot({ roomId: one.roomId, epoch: 1, parent: manifest, cause }),
    ).rejects.toMatchObject({ code: "internal" });
    expect(await readFile(join(one.root, "a"), "utf8")).toBe("x");
  });

  test("with a flipped byte in a segment is not restored over good files", async () => {
    const one = await createRoom();
    await one.write("a", "saved content");
    const { manifest, segments } = await one.snapshot(null);
    const body = await store.getBytes(segments[0]!);
    body[body.length - 1]! ^= 1;
    await store.put(segments[0]!, body);
    await writeFile(join(one.root, "a"), "newer content");
    await expect(rooms.restore({ roomId: one.roomId, manifest })).rejects.toMatchObject({
      code: "internal",
    });
    expect(await readFile(join(one.root, "a"), "utf8")).toBe("newer content");
    expect(await readdir(one.root)).toEqual(["a", "input", "output"]);
  });
});

describe("setting single paths back", () => {
  test("gives what the turn changed its earlier state, and keeps what others changed since", async () => {
    const one = await createRoom();
    await one.write("edited", "before");
    await one.write("deleted/with/folder", "before");
    await one.write("touched-again", "before");
    const before = await open(await one.snapshot(null));
    await one.write("edited", "after");
    await rm(join(one.root, "deleted"), { recursive: true });
    await one.write("touched-again", "after");
    await one.write("added/file", "after");
    await one.write("added/mine", "a person's own file");
    await appendFile(join(one.root, "touched-again"), " and more");
    const revert = (path: string, expected: string | null) => ({
      path,
      entry: before.find(path) ?? null,
      expectedSha256: expected,
    });
    const result = await rooms.revertPaths({
      roomId: one.roomId,
      paths: [
        revert("edited", sha("after")),
        revert("touched-again", sha("after")),
        revert("added", null),
        revert("added/file", sha("after")),
        revert("deleted", null),
        revert("deleted/with", null),
        revert("deleted/with/folder", null),
      ],
    });
    expect(result.reverted.toSorted()).toEqual([
      "added/file",
      "deleted",
      "deleted/with",
      "deleted/with/folder",
      "edited",
    ]);
    expect(result.kept.toSorted()).toEqual(["added", "touched-again"]);
    expect(await readFile(join(one.root, "edited"), "utf8")).toBe("before");
    expect(await readFile(join(one.root, "deleted/with/folder"), "utf8")).toBe("before");
    expect(await readFile(join(one.root, "touched-again"), "utf8")).toBe("after and more");
    expect(await readdir(join(one.root, "added"))).toEqual(["mine"]);
  });

  test("refuses paths outside the workspace, and never writes through a link that leads out", async () => {
    const one = await createRoom();
    await one.write("dir/f", "before");
    const before = await open(await one.snapshot(null));
    const outside = await mkdtemp(join(dataDir, "outside-"));
    await rm(join(one.root, "dir"), { recursive: true });
    await symlink(outside, join(one.root, "dir"));
    const entry = before.find("dir/f")!;
    const call = (path: string) =>
      rooms.revertPaths({
        roomId: one.roomId,
        paths: [{ path, entry: { ...entry, path }, expectedSha256: null }],
      });
    await expect(call("dir/f")).rejects.toMatchObject({ code: "not_found" });
    for (const path of ["../x", "/etc/x", "", "a/../b", "a\0b"])
      await expect(call(path)).rejects.toMatchObject({ code: "invalid_input" });
    expect(await readdir(outside)).toEqual([]);
  });
});
