import { execFileSync } from "node:child_process";
import { readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { agent, isRoot, openRoomFiles } from "@/test/host/room-files-kit";

const kit = await openRoomFiles();
const { dataDir, secret, files, read, put } = kit;

describe("a room's files", () => {
  test("are written whole, read whole and by range, with their SHA-256 as etag", async () => {
    await put("output/report/one.txt", "hello world");
    const found = await files.read(kit.roomId, "/workspace/output/report/one.txt", {
      offset: 6,
      length: 3,
    });
    expect(await text(found.body)).toBe("wor");
    expect(found).toMatchObject({ size: 11, length: 3 });
    const { etag } = await files.writeText(kit.roomId, "output/report/one.txt", "next", found.etag);
    expect((await files.read(kit.roomId, "output/report/one.txt", {})).etag).toBe(etag);
    const past = await files.read(kit.roomId, "output/report/one.txt", { offset: 100 });
    expect(await text(past.body)).toBe("");
  });

  test("are not overwritten by a stale editor", async () => {
    const { etag } = await files.writeText(kit.roomId, "a.txt", "1", null);
    await writeFile(join(kit.root, "a.txt"), "2");
    await expect(files.writeText(kit.roomId, "a.txt", "3", etag)).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await read("a.txt")).toBe("2");
  });

  test("are listed in byte order, with a limit, without sockets, FIFOs and half-written files", async () => {
    for (const name of ["b", "a", "😀", "\u{ff61}", "é"]) await put(name, "x");
    execFileSync("mkfifo", [join(kit.root, "fifo")]);
    await writeFile(join(kit.root, ".workroom-part-1"), "half");
    const { nodes } = await files.list(kit.roomId, "", 100);
    const names = nodes.map((node) => node.name);
    expect(names).toEqual(["a", "b", "input", "output", "é", "\u{ff61}", "😀"]);
    const page = await files.list(kit.roomId, "", 2);
    expect(page).toMatchObject({ isTruncated: true, nodes: [{ name: "a" }, { name: "b" }] });
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
      files.write(kit.roomId, "input/big.csv", broken, { overwrite: true }),
    ).rejects.toThrow("connection lost");
    expect(await readdir(join(kit.root, "input"))).toEqual([]);
    await put("input/x.csv", "1");
    await expect(put("input/x.csv", "2", false)).rejects.toMatchObject({ code: "conflict" });
    expect(await read("input/x.csv")).toBe("1");
    expect(await readdir(join(kit.root, "input"))).toEqual(["x.csv"]);
  });

  test("keep their mode when they are overwritten", async () => {
    await writeFile(join(kit.root, "run.sh"), "1", { mode: 0o755 });
    await files.writeText(kit.roomId, "run.sh", "2", null);
    expect((await stat(join(kit.root, "run.sh"))).mode & 0o777).toBe(0o755);
  });

  test.runIf(isRoot)(
    "belong to the agent, and below input/ to the host, also after a move",
    async () => {
      await put("output/new/a.txt", "a");
      await put("input/new/b.txt", "b");
      const uidOf = async (path: string) => (await stat(join(kit.root, path))).uid;
      expect([await uidOf("output/new"), await uidOf("output/new/a.txt")]).toEqual([
        agent.uid,
        agent.uid,
      ]);
      expect([await uidOf("input/new"), await uidOf("input/new/b.txt")]).toEqual([0, 0]);
      await files.move(kit.roomId, "input/new", "mine");
      await files.move(kit.roomId, "output/new", "input/theirs");
      expect([await uidOf("mine"), await uidOf("mine/b.txt")]).toEqual([agent.uid, agent.uid]);
      expect([await uidOf("input/theirs"), await uidOf("input/theirs/a.txt")]).toEqual([0, 0]);
    },
  );

  test("are moved and removed, but the workspace, input and output stay", async () => {
    await put("a/b/c.txt", "c");
    await files.move(kit.roomId, "a", "x/y");
    expect(await read("x/y/b/c.txt")).toBe("c");
    await put("x/z", "z");
    await expect(files.move(kit.roomId, "x/z", "x/y")).rejects.toMatchObject({ code: "conflict" });
    await expect(files.move(kit.roomId, "x", "x/y/in")).rejects.toMatchObject({
      code: "invalid_input",
    });
    await files.remove(kit.roomId, "x");
    await expect(files.stat(kit.roomId, "x")).rejects.toMatchObject({ code: "not_found" });
    for (const path of ["", "/", "input", "/workspace/output", "input/.."])
      await expect(files.remove(kit.roomId, path)).rejects.toThrow(/stays|workspace itself/);
  });

  test("go however deep they lie and whatever their names are, in folders that are being filled too", async () => {
    const dig =
      "mkdir gone && cd gone && i=0; while [ $i -lt 700 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done; touch end";
    execFileSync("sh", ["-c", dig], { cwd: kit.root });
    execFileSync("sh", ["-c", String.raw`printf x > "$(printf 'gone/\377')"`], { cwd: kit.root });
    await symlink(dataDir, join(kit.root, "gone", "out"));
    await files.remove(kit.roomId, "gone");
    expect((await readdir(kit.root)).toSorted()).toEqual(["input", "output"]);
    expect(await readFile(secret, "utf8")).toBe("FOREIGN");
  });

  test("can't be a folder where a file is asked for, or the other way round", async () => {
    await put("file", "x");
    await files.makeDirectory(kit.roomId, "folder/below");
    await files.makeDirectory(kit.roomId, "folder/below");
    await expect(put("folder", "x")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(put("file/x", "x")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(read("folder")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(files.list(kit.roomId, "file", 10)).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(files.makeDirectory(kit.roomId, "file")).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await files.stat(kit.roomId, "folder/below")).toMatchObject({
      type: "directory",
      size: 0,
    });
  });
});
