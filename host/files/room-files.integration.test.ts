import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { newId } from "@/lib/ids";
import { createRoomFiles, type RoomFiles } from "./room-files";

const isRoot = process.getuid?.() === 0;
const agent = { uid: 2_345_000, gid: 2_345_001 };
let dataDir: string;
let roomId: string;
let root: string;
let secret: string;
let files: RoomFiles;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "room-files-"));
  secret = join(dataDir, "secret.txt");
  await writeFile(secret, "FOREIGN");
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));
beforeEach(async () => {
  roomId = newId("workroom");
  const provisioner = createFakeProvisioner({ dataDir, ...(isRoot && { owner: agent }) });
  ({ root } = await provisioner.attach(roomId));
  files = createRoomFiles({ ...provisioner, assertWritable: () => undefined });
});

const read = async (path: string) => text((await files.read(roomId, path, {})).body);
const put = (path: string, body: string, overwrite = true) =>
  files.write(roomId, path, Readable.from([Buffer.from(body)]), { overwrite });

describe("a room's files", () => {
  test("are written whole, read whole and by range, with their SHA-256 as etag", async () => {
    await put("output/report/one.txt", "hello world");
    const found = await files.read(roomId, "/workspace/output/report/one.txt", {
      offset: 6,
      length: 3,
    });
    expect(await text(found.body)).toBe("wor");
    expect(found).toMatchObject({ size: 11, length: 3 });
    const { etag } = await files.writeText(roomId, "output/report/one.txt", "next", found.etag);
    expect((await files.read(roomId, "output/report/one.txt", {})).etag).toBe(etag);
    const past = await files.read(roomId, "output/report/one.txt", { offset: 100 });
    expect(await text(past.body)).toBe("");
  });

  test("are not overwritten by a stale editor", async () => {
    const { etag } = await files.writeText(roomId, "a.txt", "1", null);
    await writeFile(join(root, "a.txt"), "2");
    await expect(files.writeText(roomId, "a.txt", "3", etag)).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await read("a.txt")).toBe("2");
  });

  test("are listed in byte order, with a limit, without sockets, FIFOs and half-written files", async () => {
    for (const name of ["b", "a", "😀", "\u{ff61}", "é"]) await put(name, "x");
    execFileSync("mkfifo", [join(root, "fifo")]);
    await writeFile(join(root, ".workroom-part-1"), "half");
    const { nodes } = await files.list(roomId, "", 100);
    const names = nodes.map((node) => node.name);
    expect(names).toEqual(["a", "b", "input", "output", "é", "\u{ff61}", "😀"]);
    const page = await files.list(roomId, "", 2);
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
    await expect(files.write(roomId, "input/big.csv", broken, { overwrite: true })).rejects.toThrow(
      "connection lost",
    );
    expect(await readdir(join(root, "input"))).toEqual([]);
    await put("input/x.csv", "1");
    await expect(put("input/x.csv", "2", false)).rejects.toMatchObject({ code: "conflict" });
    expect(await read("input/x.csv")).toBe("1");
    expect(await readdir(join(root, "input"))).toEqual(["x.csv"]);
  });

  test("keep their mode when they are overwritten", async () => {
    await writeFile(join(root, "run.sh"), "1", { mode: 0o755 });
    await files.writeText(roomId, "run.sh", "2", null);
    expect((await stat(join(root, "run.sh"))).mode & 0o777).toBe(0o755);
  });

  test.runIf(isRoot)(
    "belong to the agent, and below input/ to the host, also after a move",
    async () => {
      await put("output/new/a.txt", "a");
      await put("input/new/b.txt", "b");
      const uidOf = async (path: string) => (await stat(join(root, path))).uid;
      expect([await uidOf("output/new"), await uidOf("output/new/a.txt")]).toEqual([
        agent.uid,
        agent.uid,
      ]);
      expect([await uidOf("input/new"), await uidOf("input/new/b.txt")]).toEqual([0, 0]);
      await files.move(roomId, "input/new", "mine");
      await files.move(roomId, "output/new", "input/theirs");
      expect([await uidOf("mine"), await uidOf("mine/b.txt")]).toEqual([agent.uid, agent.uid]);
      expect([await uidOf("input/theirs"), await uidOf("input/theirs/a.txt")]).toEqual([0, 0]);
    },
  );

  test("are moved and removed, but the workspace, input and output stay", async () => {
    await put("a/b/c.txt", "c");
    await files.move(roomId, "a", "x/y");
    expect(await read("x/y/b/c.txt")).toBe("c");
    await put("x/z", "z");
    await expect(files.move(roomId, "x/z", "x/y")).rejects.toMatchObject({ code: "conflict" });
    await expect(files.move(roomId, "x", "x/y/in")).rejects.toMatchObject({
      code: "invalid_input",
    });
    await files.remove(roomId, "x");
    await expect(files.stat(roomId, "x")).rejects.toMatchObject({ code: "not_found" });
    for (const path of ["", "/", "input", "/workspace/output", "input/.."])
      await expect(files.remove(roomId, path)).rejects.toThrow(/stays|workspace itself/);
  });

  test("go however deep they lie and whatever their names are, in folders that are being filled too", async () => {
    const dig =
      "mkdir gone && cd gone && i=0; while [ $i -lt 700 ]; do mkdir d && cd d || exit 1; i=$((i+1)); done; touch end";
    execFileSync("sh", ["-c", dig], { cwd: root });
    execFileSync("sh", ["-c", String.raw`printf x > "$(printf 'gone/\377')"`], { cwd: root });
    await symlink(dataDir, join(root, "gone", "out"));
    await files.remove(roomId, "gone");
    expect((await readdir(root)).toSorted()).toEqual(["input", "output"]);
    expect(await readFile(secret, "utf8")).toBe("FOREIGN");
  });

  test("can't be a folder where a file is asked for, or the other way round", async () => {
    await put("file", "x");
    await files.makeDirectory(roomId, "folder/below");
    await files.makeDirectory(roomId, "folder/below");
    await expect(put("folder", "x")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(put("file/x", "x")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(read("folder")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(files.list(roomId, "file", 10)).rejects.toMatchObject({ code: "invalid_input" });
    await expect(files.makeDirectory(roomId, "file")).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await files.stat(roomId, "folder/below")).toMatchObject({ type: "directory", size: 0 });
  });
});

describe("paths that try to leave the workspace", () => {
  const names = [
    "😀".repeat(20),
    "<script>alert(1)<",
    "a b",
    "%2e%2e",
    "..%2f",
    "\\..\\x",
    "-rf",
    "~",
    "$(id)",
    "nul",
    "a\nb",
    "\u202etxt",
  ];
  test("are clamped, or are ordinary names", async () => {
    for (const path of [
      "../../../etc/passwd",
      "/etc/passwd",
      "input/../../../../etc/shadow",
      "/workspace/../../etc/hosts",
    ])
      await expect(read(path)).rejects.toMatchObject({ code: "not_found" });
    await put("../../../etc/clamped", "inside");
    expect(await readFile(join(root, "etc/clamped"), "utf8")).toBe("inside");
    for (const name of names) {
      await put(`output/${name}`, name);
      expect(await read(`output/${name}`)).toBe(name);
    }
    expect((await readdir(join(root, "output"))).toSorted()).toEqual(names.toSorted());
  });

  test("are refused with a NUL byte or too long a name, and nothing is made", async () => {
    for (const path of ["a\0b", "\0", "x".repeat(300), "😀".repeat(100), `${"d/".repeat(3_000)}x`])
      for (const attempt of [
        () => put(path, "x"),
        () => read(path),
        () => files.stat(roomId, path),
        () => files.list(roomId, path, 1),
        () => files.move(roomId, "output/x", path),
        () => files.makeDirectory(roomId, path),
        () => files.remove(roomId, path),
      ])
        await expect(attempt()).rejects.toMatchObject({ code: "invalid_input" });
    expect((await readdir(root)).toSorted()).toEqual(["input", "output"]);
  });

  test("find nothing through links that lead out, and what they name inside", async () => {
    await put("real/file.txt", "inside");
    const links: [string, string][] = [
      [secret, "abs"],
      ["/etc", "etc"],
      ["../../../../../../etc/passwd", "rel"],
      ["/proc/self/root/etc/passwd", "proc"],
      ["/workspace/../secret.txt", "clever"],
      [root, "host-root"],
      ["loop", "loop"],
    ];
    for (const [target, name] of links) await symlink(target, join(root, name));
    for (const path of ["abs", "etc/passwd", "rel", "proc", "clever", "host-root/real/file.txt"]) {
      await expect(read(path)).rejects.toMatchObject({ code: "not_found" });
      await expect(
        files.write(roomId, path, Readable.from(["x"]), { overwrite: true }),
      ).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(read("loop")).rejects.toMatchObject({ code: "invalid_input" });
    await symlink("/workspace/real", join(root, "in-abs"));
    await symlink("../real/./file.txt", join(root, "output/in-rel"));
    expect([await read("in-abs/file.txt"), await read("output/in-rel")]).toEqual([
      "inside",
      "inside",
    ]);
    await put("output/in-rel", "through");
    expect((await lstat(join(root, "output/in-rel"))).isSymbolicLink()).toBe(true);
    expect(await read("real/file.txt")).toBe("through");
    await files.remove(roomId, "etc");
    await files.remove(roomId, "in-abs");
    expect(await read("real/file.txt")).toBe("through");
    expect(await readFile(secret, "utf8")).toBe("FOREIGN");
  });

  test("don't hang on FIFOs and sockets", async () => {
    execFileSync("mkfifo", [join(root, "fifo")]);
    const server = createServer().listen(join(root, "sock"));
    await new Promise((resolve) => server.once("listening", resolve));
    for (const path of ["fifo", "sock"]) {
      await expect(read(path)).rejects.toThrow("no ordinary file");
      await expect(files.writeText(roomId, path, "x", "0".repeat(64))).rejects.toThrow(
        "no ordinary file",
      );
      await expect(files.stat(roomId, path)).rejects.toMatchObject({ code: "not_found" });
    }
    server.close();
    await files.remove(roomId, "fifo");
  });
});

describe("a room that swaps names while its files are used", () => {
  let attacker: ChildProcess | undefined;
  test(
    "never gets a foreign byte read, written, moved or removed in 10,000 tries",
    { timeout: 120_000 },
    async () => {
      const outside = join(dataDir, "outside");
      await mkdir(join(outside, "d"), { recursive: true });
      await writeFile(join(outside, "d", "f"), "FOREIGN");
      await mkdir(join(root, "real"));
      await writeFile(join(root, "real", "f"), "mine");
      if (isRoot) await chown(join(root, "real"), agent.uid, agent.gid);
      // Swaps the folder `d` and the file `e` with links to the outside as fast as it can.
      const script = `const fs=require('node:fs');process.chdir(${JSON.stringify(root)});
      process.stdout.write('ready');for(;;){for(const t of [()=>fs.symlinkSync(${JSON.stringify(join(outside, "d"))},'t'),()=>fs.symlinkSync('real','t'),()=>{fs.mkdirSync('t');fs.writeFileSync('t/f','mine')}]){
      try{fs.rmSync('t',{recursive:true,force:true});t();fs.rmSync('d',{recursive:true,force:true});fs.renameSync('t','d')}catch{}
      try{fs.rmSync('e',{force:true});fs.symlinkSync(${JSON.stringify(join(outside, "d", "f"))},'e2');fs.renameSync('e2','e');fs.writeFileSync('e3','mine');fs.renameSync('e3','e')}catch{}}}`;
      attacker = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "ignore"] });
      try {
        await new Promise((resolve) => attacker?.stdout?.once("data", resolve));
        const seen = new Map<string, number>();
        const note = (word: string) => seen.set(word, (seen.get(word) ?? 0) + 1);
        for (let i = 0; i < 10_000; i += 1) {
          // Reads are quick and writes are synced to the disk: most tries are reads.
          const steps = [
            () => read("d/f"),
            () => read("e"),
            async () => JSON.stringify(await files.list(roomId, "d", 10)),
          ];
          const changes = [
            () => put("d/f", "mine"),
            () => put("e", "mine"),
            () => files.move(roomId, "d/f", `output/${i}`),
            () => files.remove(roomId, "d"),
          ];
          const step = (i % 8 ? steps[i % 3] : changes[(i / 8) % 4])!;
          const answer = await step().then(
            (value) => (typeof value === "string" ? value : "done"),
            () => "refused",
          );
          note(
            answer.includes("FOREIGN") ? "foreign" : answer === "refused" ? "refused" : "worked",
          );
        }
        expect(seen.get("foreign") ?? 0).toBe(0);
        expect(seen.get("worked")).toBeGreaterThan(100);
        expect(seen.get("refused")).toBeGreaterThan(100);
        expect(await readdir(join(outside, "d"))).toEqual(["f"]);
        expect(await readFile(join(outside, "d", "f"), "utf8")).toBe("FOREIGN");
      } finally {
        attacker.kill("SIGKILL");
      }
    },
  );
});
