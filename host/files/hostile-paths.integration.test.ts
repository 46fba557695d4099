import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chown, lstat, mkdir, readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { agent, isRoot, openRoomFiles } from "@/test/host/room-files-kit";

const kit = await openRoomFiles();
const { dataDir, secret, files, read, put, run } = kit;

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
    expect(await readFile(join(kit.root, "etc/clamped"), "utf8")).toBe("inside");
    for (const name of names) {
      await put(`output/${name}`, name);
      expect(await read(`output/${name}`)).toBe(name);
    }
    expect((await readdir(join(kit.root, "output"))).toSorted()).toEqual(names.toSorted());
  });

  test("are refused with a NUL byte or too long a name, and nothing is made", async () => {
    for (const path of [
      "a\0b",
      "\0",
      "a\ud800",
      "x".repeat(300),
      "😀".repeat(100),
      `${"d/".repeat(3_000)}x`,
    ])
      for (const attempt of [
        () => put(path, "x"),
        () => read(path),
        () => run("stat", { path }),
        () => run("exists", { path }),
        () => run("ls", { path }),
        () => run("append", { path, content: "x" }),
        () => run("copy", { from: "output/x", to: path }),
        () => run("move", { from: "output/x", to: path }),
        () => run("delete", { path }),
        () => run("mkdir", { path }),
        () => run("rmdir", { path }),
        () => run("edit", { path, oldText: "a", newText: "b" }),
        () => run("search", { path, pattern: "a" }),
        () => run("glob", { path, pattern: "*" }),
      ])
        await expect(attempt()).rejects.toMatchObject({
          code: "invalid_input",
          details: { errno: expect.stringMatching(/^(EINVAL|ENAMETOOLONG)$/) },
        });
    expect((await readdir(kit.root)).toSorted()).toEqual(["input", "output"]);
  });

  test("find nothing through links that lead out, and what they name inside", async () => {
    await put("real/file.txt", "inside");
    const links: [string, string][] = [
      [secret, "abs"],
      ["/etc", "etc"],
      ["../../../../../../etc/passwd", "rel"],
      ["/proc/self/root/etc/passwd", "proc"],
      ["/workspace/../secret.txt", "clever"],
      [kit.root, "host-root"],
      ["loop", "loop"],
    ];
    for (const [target, name] of links) await symlink(target, join(kit.root, name));
    for (const path of ["abs", "etc/passwd", "rel", "proc", "clever", "host-root/real/file.txt"]) {
      await expect(read(path)).rejects.toMatchObject({ code: "not_found" });
      await expect(
        files.write(kit.roomId, path, Readable.from(["x"]), { overwrite: true }),
      ).rejects.toMatchObject({ code: "not_found" });
    }
    await expect(read("loop")).rejects.toMatchObject({ code: "invalid_input" });
    await symlink("/workspace/real", join(kit.root, "in-abs"));
    await symlink("../real/./file.txt", join(kit.root, "output/in-rel"));
    expect([await read("in-abs/file.txt"), await read("output/in-rel")]).toEqual([
      "inside",
      "inside",
    ]);
    await put("output/in-rel", "through");
    expect((await lstat(join(kit.root, "output/in-rel"))).isSymbolicLink()).toBe(true);
    expect(await read("real/file.txt")).toBe("through");
    await run("delete", { path: "etc" });
    await run("delete", { path: "in-abs" });
    expect(await read("real/file.txt")).toBe("through");
    expect(await readFile(secret, "utf8")).toBe("FOREIGN");
  });

  test("don't hang on FIFOs and sockets", async () => {
    execFileSync("mkfifo", [join(kit.root, "fifo")]);
    const server = createServer().listen(join(kit.root, "sock"));
    await new Promise((resolve) => server.once("listening", resolve));
    for (const path of ["fifo", "sock"]) {
      const missing = { code: "not_found", details: { errno: "ENOENT" } };
      await expect(read(path)).rejects.toMatchObject(missing);
      await expect(run("append", { path, content: "x" })).rejects.toMatchObject(missing);
      await expect(run("copy", { from: path, to: "x" })).rejects.toMatchObject(missing);
      await expect(run("stat", { path })).rejects.toMatchObject(missing);
      expect(await run("exists", { path })).toEqual({ exists: false, type: null });
      const stale = run("write", { path, content: "x", ifMatch: "0".repeat(64) });
      await expect(stale).rejects.toMatchObject({ details: { errno: "ESTALE" } });
    }
    server.close();
    await run("delete", { path: "fifo" });
  });
});

describe("a room that swaps names while its files are used", () => {
  let attacker: ChildProcess | undefined;
  test(
    "never gets a foreign byte read, written, moved or removed in 10,000 tries",
    { timeout: 240_000 },
    async () => {
      const outside = join(dataDir, "outside");
      await mkdir(join(outside, "d"), { recursive: true });
      await writeFile(join(outside, "d", "f"), "FOREIGN");
      await mkdir(join(kit.root, "real"));
      await writeFile(join(kit.root, "real", "f"), "mine");
      if (isRoot) await chown(join(kit.root, "real"), agent.uid, agent.gid);
      // Swaps the folder `d` and the file `e` with links to the outside as fast as it can.
      const script = `const fs=require('node:fs');process.chdir(${JSON.stringify(kit.root)});
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
            async () => JSON.stringify(await run("search", { path: "d", pattern: "." })),
            async () => JSON.stringify(await run("read", { path: "d/f" })),
            async () => JSON.stringify(await run("ls", { path: "d" })),
          ];
          const changes = [
            () => put("d/f", "mine"),
            () => put("e", "mine"),
            () => run("move", { from: "d/f", to: `output/${i}` }),
            () => run("copy", { from: "d", to: `output/c${i}`, recursive: true }),
            () => run("append", { path: "d/f", content: "mine" }),
            () => run("edit", { path: "e", oldText: "mine", newText: "mine" }),
            () => run("rmdir", { path: "d" }),
            () => run("delete", { path: "e" }),
          ];
          const step = (i % 8 ? steps[i % steps.length] : changes[(i / 8) % changes.length])!;
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
