import { execFileSync } from "node:child_process";
import { readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { agent, isRoot, openRoomFiles } from "@/test/host/room-files-kit";

const kit = await openRoomFiles();
const { dataDir, secret, files, read, put, run } = kit;

describe("a room's files", () => {
  test("are written whole, read whole and by range, with their SHA-256 as etag", async () => {
    await put("output/report/one.txt", "hello world");
    const found = await files.read(kit.roomId, "/workspace/output/report/one.txt", {
      offset: 6,
      length: 3,
    });
    expect(await text(found.body)).toBe("wor");
    expect(found).toMatchObject({ size: 11, length: 3 });
    const change = { path: "output/report/one.txt", content: "next", ifMatch: found.etag };
    const { etag } = await run("write", change);
    expect((await files.read(kit.roomId, "output/report/one.txt", {})).etag).toBe(etag);
    const past = await files.read(kit.roomId, "output/report/one.txt", { offset: 100 });
    expect(await text(past.body)).toBe("");
  });

  test("are not overwritten by a stale editor", async () => {
    const { etag } = await run("write", { path: "a.txt", content: "1" });
    await writeFile(join(kit.root, "a.txt"), "2");
    await expect(
      run("write", { path: "a.txt", content: "3", ifMatch: etag }),
    ).rejects.toMatchObject({ code: "conflict", details: { errno: "ESTALE" } });
    expect(await read("a.txt")).toBe("2");
  });

  test("are listed in byte order, with a limit, without sockets, FIFOs and half-written files", async () => {
    for (const name of ["b", "a", "😀", "\u{ff61}", "é"]) await put(name, "x");
    execFileSync("mkfifo", [join(kit.root, "fifo")]);
    await writeFile(join(kit.root, ".workroom-part-1"), "half");
    const { nodes } = await run("ls", {});
    const names = nodes.map((node) => node.name);
    expect(names).toEqual(["a", "b", "input", "output", "é", "\u{ff61}", "😀"]);
    const page = await run("ls", { limit: 2 });
    expect(page).toMatchObject({ nextCursor: "b", nodes: [{ name: "a" }, { name: "b" }] });
    expect(nodes.find((node) => node.name === "input")).toMatchObject({
      isReadOnly: true,
      type: "directory",
    });
  });

  test("leave nothing behind when an upload breaks, and refuse to replace unasked", async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000);
        throw new Error("connection lost");
      })(),
    );
    await expect(
      files.write(kit.roomId, "input/big.csv", broken, { overwrite: true, isUpload: true }),
    ).rejects.toThrow("connection lost");
    expect(await readdir(join(kit.root, "input"))).toEqual([]);
    await put("input/x.csv", "1");
    await expect(put("input/x.csv", "2", false)).rejects.toMatchObject({ code: "conflict" });
    expect(await read("input/x.csv")).toBe("1");
    expect(await readdir(join(kit.root, "input"))).toEqual(["x.csv"]);
  });

  test("keep their mode when they are overwritten", async () => {
    await writeFile(join(kit.root, "run.sh"), "1", { mode: 0o755 });
    await run("write", { path: "run.sh", content: "2" });
    expect((await stat(join(kit.root, "run.sh"))).mode & 0o777).toBe(0o755);
  });

  test.runIf(isRoot)("belong to the agent, and below input/ to the host", async () => {
    await put("output/new/a.txt", "a");
    await put("input/new/b.txt", "b");
    const uidOf = async (path: string) => (await stat(join(kit.root, path))).uid;
    expect([await uidOf("output/new"), await uidOf("output/new/a.txt")]).toEqual([
      agent.uid,
      agent.uid,
    ]);
    expect([await uidOf("input/new"), await uidOf("input/new/b.txt")]).toEqual([0, 0]);
    await run("copy", { from: "input/new", to: "mine", recursive: true });
    await run("copy", { from: "input/new/b.txt", to: "b.txt" });
    await run("append", { path: "log", content: "x" });
    for (const path of ["mine", "mine/b.txt", "b.txt", "log"])
      expect(await uidOf(path)).toBe(agent.uid);
  });

  test("go however deep they lie and whatever their names are, in folders that are being filled too", async () => {
    const dig =
      "mkdir gone && cd gone && i=0; while [ $i -lt 700 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done; touch end";
    execFileSync("sh", ["-c", dig], { cwd: kit.root });
    execFileSync("sh", ["-c", String.raw`printf x > "$(printf 'gone/\377')"`], { cwd: kit.root });
    await symlink(dataDir, join(kit.root, "gone", "out"));
    await run("rmdir", { path: "gone" });
    expect((await readdir(kit.root)).toSorted()).toEqual(["input", "output"]);
    expect(await readFile(secret, "utf8")).toBe("FOREIGN");
  });
});
