import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import { chmod, mkdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { stateOf } from "@/lib/workspace/workspace-state";
import type { ManifestRef, SnapshotOutcome } from "@/lib/protocol/store";
import { agentUid, describeTree, openRoomStore, sha } from "@/test/host/room-store-kit";

const kit = await openRoomStore();
const { dataDir, store, rooms, createRoom, open, contentOf } = kit;
afterAll(kit.close);

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
    expect(first.commits).toHaveLength(1);

    const two = await createRoom();
    await two.write("input/other.csv", "goes");
    await two.write("app", "a file where a folder belongs");
    await two.write("link/was/a/folder", "goes");
    expect(await rooms.restore({ roomId: two.roomId, state: stateOf(first.manifest) })).toEqual({
      written: 14,
      removed: 3,
    });
    expect(await describeTree(two.root)).toEqual(await describeTree(one.root));
    const owners = await Promise.all(
      ["input/sales.csv", "app/index.html"].map((path) => stat(join(two.root, path))),
    );
    expect(owners.map(({ uid }) => uid)).toEqual(
      process.getuid?.() === 0 ? [0, agentUid] : [agentUid, agentUid],
    );
    expect(await rooms.restore({ roomId: two.roomId, state: stateOf(first.manifest) })).toEqual({
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
      commitSeq: second.commitSeq,
      commits: [],
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
        await rooms.restore({ roomId: two.roomId, state: stateOf(outcome.manifest) });
        expect(await describeTree(two.root)).toEqual(await describeTree(one.root));
      }),
      { numRuns: 25 },
    );
  });

  test("writes each content once, big files in pieces", async () => {
    const one = await createRoom();
    const big = randomBytes(9_000_000);
    await one.write("big-1", big);
    await one.write("sub/big-2", big);
    for (let i = 0; i < 30; i += 1)
      await one.write(`small-${i}`, i % 2 ? "same" : randomBytes(1_000_000));
    const first = await one.snapshot(null);
    expect(first.commits).toHaveLength(3);
    const sizes = await Promise.all(
      first.commits.map(async ({ key }) => (await store.size(key)) ?? 0),
    );
    expect(sizes.reduce((a, b) => a + b)).toBeLessThan(9_000_000 + 15_000_000 + 20_000);
    expect((await contentOf(first, "sub/big-2")).equals(big)).toBe(true);
    await one.write("copy", big);
    await one.write("renamed", "same");
    const second = await one.snapshot(first.manifest);
    // Contents that are there already are named, not written.
    expect(second).toMatchObject({ added: 2, commits: [{ opCount: 2 }] });
    expect(second.commits[0]!.bytes).toBeLessThan(4_000);
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
      expect(warm.commits).toHaveLength(1);
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
});
