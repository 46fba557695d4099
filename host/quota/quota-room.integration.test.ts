import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { makeQuotaRuntime, openQuotaRooms, serversOf } from "@/test/sandbox/quota-kit";
import { findLeftovers, newRoomId } from "@/test/sandbox/sandbox-fixture";

const MiB = 1_048_576;
const quota = { maxFileBytes: MiB, maxFiles: 40, maxTotalBytes: 3 * MiB };
const isRoot = process.getuid?.() === 0 && existsSync("/dev/fuse");

let runtimeDir: string;
beforeAll(async () => {
  runtimeDir = await makeQuotaRuntime();
});
afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));

describe.runIf(isRoot)("a room with a quota", () => {
  let rooms: ReturnType<typeof openQuotaRooms>;
  let roomId: string;
  let isClosed: boolean;
  beforeEach(async () => {
    rooms = openQuotaRooms(runtimeDir);
    roomId = newRoomId();
    isClosed = false;
    await rooms.start(roomId, { quota });
  });
  afterEach(async () => {
    if (!isClosed) await rooms.close();
    rmSync(rooms.dataDir, { recursive: true, force: true });
  });
  const sh = async (command: string) => {
    const { output, exitCode } = await rooms.run(roomId, command, 60_000);
    return `${output}${exitCode === 0 ? "" : `exit ${exitCode}`}`.trim();
  };
  /** Runs Python that prints the names of the errors it meets. */
  const python = (code: string) =>
    sh(`python3 - <<'END'
import os, errno, mmap, fcntl
def t(f):
    try:
        f()
        print("ok")
    except OSError as e:
        print(errno.errorcode[e.errno])
${code}
END`);
  const realOutput = () => `${rooms.dataDir}/rooms/${roomId}/disk/workspace/output`;
  const realBytes = () =>
    Number(
      execFileSync("sh", ["-c", "find . -type f -printf '%s\\n' | awk '{s+=$1} END {print s+0}'"], {
        cwd: realOutput(),
        encoding: "utf8",
      }),
    );

  test("refuses at the write what is too much: one file, the number of files, the bytes of all", async () => {
    expect(await sh("dd if=/dev/zero of=output/a bs=1M count=1 2>&1 | tail -1")).toContain(
      "copied",
    );
    expect(await sh("dd if=/dev/zero of=output/b bs=4k count=257 2>&1")).toContain(
      "File too large",
    );
    expect(statSync(`${realOutput()}/b`).size).toBe(MiB);
    expect(
      await sh("head -c 1048576 /dev/zero > output/c; head -c 10 /dev/zero > output/d"),
    ).toMatch(/Disk quota exceeded/);
    expect(await sh("rm output/*; for i in $(seq 41); do : > output/$i || break; done")).toMatch(
      /output\/41: Disk quota exceeded/,
    );
    expect(
      await sh("mkdir output/x; ln -s a output/y; ln output/1 output/z; mkfifo output/p; true"),
    ).toMatch(/x.*exceeded\n.*y.*exceeded\n.*z.*exceeded/);
    expect(
      await sh(`node -e 'fs.writeFileSync("output/1","x".repeat(2e6))' 2>&1 | grep -o EFBIG`),
    ).toContain("EFBIG");
    expect(await rooms.quotas.usage(roomId)).toEqual({ files: 40, bytes: MiB });
  });

  test("knows every way to make a file longer", async () => {
    expect(
      await python(`
f = os.open("output/f", os.O_CREAT | os.O_RDWR)
t(lambda: os.ftruncate(f, 1 << 20))
t(lambda: os.ftruncate(f, (1 << 20) + 1))
t(lambda: os.posix_fallocate(f, 0, 2 << 20))
t(lambda: os.pwrite(f, b"x", 5 << 20))
a = os.open("output/f", os.O_WRONLY | os.O_APPEND)
t(lambda: os.write(a, b"x"))
g = os.open("output/g", os.O_CREAT | os.O_RDWR)
def copy():
    os.lseek(f, 0, 0)
    left = 1 << 20
    os.lseek(g, 4096, 0)
    while left > 0: left -= os.copy_file_range(f, g, left)
t(copy)
t(lambda: os.sendfile(g, f, 0, 1 << 20) and os.sendfile(g, f, 0, 1 << 20))
print(os.stat("output/g").st_size <= 1 << 20)
`),
    ).toBe("ok\nEFBIG\nEFBIG\nEFBIG\nEFBIG\nEFBIG\nEFBIG\nTrue");
  });

  test("gives back what is removed, cut, replaced or moved away, at once", async () => {
    await sh("for i in a b c; do head -c 1048576 /dev/urandom > output/$i; done");
    expect(await sh("head -c 1 /dev/zero > output/d")).toContain("exceeded");
    for (const free of [
      "rm output/a",
      ": > output/b",
      "mv -f output/d output/c",
      "mv output/a .",
    ]) {
      await sh("for i in a b c; do head -c 1048576 /dev/urandom > output/$i; done; : > output/d");
      expect(await sh(`${free} && head -c 1000000 /dev/zero > output/e && rm output/e`)).toBe("");
    }
    await sh("for i in a b c; do head -c 1048576 /dev/urandom > output/$i; done");
    // Removed but open, it takes its bytes still; the quota must not be passed this way.
    expect(
      await python(`
f = open("output/a", "rb")
os.unlink("output/a")
t(lambda: os.write(os.open("output/n", os.O_CREAT | os.O_WRONLY), b"x" * 1000))
print(len(f.read()))
f.close()
t(lambda: os.write(os.open("output/n", os.O_CREAT | os.O_WRONLY), b"x" * 1000))
`),
    ).toBe("EDQUOT\n1048576\nok");
  });

  test("is a whole file system: maps, holes, locks, links, names of any bytes, long listings", async () => {
    expect(
      await python(`
import threading
f = os.open("output/map", os.O_CREAT | os.O_RDWR)
os.ftruncate(f, 100000)
m = mmap.mmap(f, 100000)
m[99990:100000] = b"0123456789"
m.flush()
print(open("output/map", "rb").read()[-10:])
s = os.open("output/hole", os.O_CREAT | os.O_RDWR)
os.pwrite(s, b"end", 900000)
print(os.stat("output/hole").st_blocks < 100, os.pread(s, 3, 10))
fcntl.flock(s, fcntl.LOCK_EX)
other = os.open("output/hole", os.O_RDWR)
t(lambda: fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB))
fcntl.lockf(s, fcntl.LOCK_EX, 10, 0)
t(lambda: os.setxattr("output/hole", "user.a", b"1"))
os.symlink("map", "output/link"); os.link("output/map", "output/hard")
print(os.readlink("output/link"), os.stat("output/hard").st_nlink)
os.mkdir(b"output/\\xff\\xfe"); open(b"output/\\xff\\xfe/\\xe4", "w").write("x")
print(os.listdir(b"output/\\xff\\xfe"))
os.utime("output/hole", ns=(1600000000123456000, 1600000001654321000))
print(os.stat("output/hole").st_mtime_ns)
os.chmod("output/hole", 0o640); print(oct(os.stat("output/hole").st_mode), os.stat("output/hole").st_uid)
d = os.open("output/direct", os.O_CREAT | os.O_RDWR | os.O_DIRECT)
buf = mmap.mmap(-1, 4096); buf.write(b"d" * 4096)
print(os.write(d, buf), os.statvfs("output").f_blocks * 4096, os.statvfs("output").f_files)
t(lambda: os.rename("output/map", "map"))
`),
    ).toBe(
      [
        "b'0123456789'",
        "True b'\\x00\\x00\\x00'",
        "EAGAIN",
        "ENOTSUP",
        "map 2",
        "[b'\\xe4']",
        "1600000001654321000",
        "0o100640 1000",
        `4096 ${3 * MiB} 40`,
        "EXDEV",
      ].join("\n"),
    );
    expect(readFileSync(`${realOutput()}/map`).toString("latin1").slice(-10)).toBe("0123456789");
  });

  test("carries git, tar and thousands of files", async () => {
    await rooms.provisioner.setQuota(roomId, {
      maxFileBytes: 64 * MiB,
      maxFiles: 9_000,
      maxTotalBytes: 64 * MiB,
    });
    await sh(
      "git init -q src; cd src; for i in $(seq 200); do mkdir -p d$((i%7)); echo $i > d$((i%7))/$i; done; git add .; git -c user.name=a -c user.email=a@b commit -qm one",
    );
    expect(await sh("git clone -q src output/clone && git -C output/clone fsck 2>&1")).toBe("");
    expect(await sh("diff -r src/d1 output/clone/d1; git -C output/clone status --short")).toBe("");
    expect(await sh("tar cf t.tar src && tar xf t.tar -C output && diff -r src output/src")).toBe(
      "",
    );
    expect(await sh("rm -rf output/src output/clone; ls output")).toBe("");
    expect(await sh("cd output; seq 1000 | xargs touch; ls | wc -l; rm -f *; ls")).toBe("1000");
  });

  test("holds the same bytes as a plain folder after any mix of writes, cuts, maps and renames", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const program = `
import os, mmap, random
r = random.Random(${seed}); places = ["output/fsx", "fsx"]; fds = [os.open(p, os.O_CREAT | os.O_RDWR) for p in places]
def both(f): return [f(fd, p) for fd, p in zip(fds, places)]
def mapped(fd, at, b):
    m = mmap.mmap(fd, 0); m[at:at + len(b)] = b; m.close()
for i in range(1500):
    size = os.fstat(fds[1]).st_size; at = r.randrange(200000); b = r.randbytes(r.randrange(1, 9000)); op = r.randrange(8)
    if op == 0: both(lambda fd, p: os.pwrite(fd, b, at))
    elif op == 1: both(lambda fd, p: os.ftruncate(fd, at))
    elif op == 2 and size > len(b): both(lambda fd, p: mapped(fd, at % (size - len(b)), b))
    elif op == 3: both(lambda fd, p: os.posix_fallocate(fd, at, len(b)))
    elif op == 4:
        def append(fd, p):
            a = os.open(p, os.O_WRONLY | os.O_APPEND); os.write(a, b); os.close(a)
        if size < 500000: both(append)
    elif op == 5: both(lambda fd, p: (os.rename(p, p + "2"), os.rename(p + "2", p)))
    elif op == 6: fds = both(lambda fd, p: (os.close(fd), os.open(p, os.O_RDWR))[1])
    x, y = both(lambda fd, p: os.pread(fd, len(b), at)); assert x == y, ("read", i, op)
    x, y = both(lambda fd, p: os.fstat(fd).st_size); assert x == y, ("size", i, op, x, y)
print(open(places[0], "rb").read() == open(places[1], "rb").read())`;
    const told = `seed ${seed}`;
    expect([told, await sh(`python3 - <<'END' 2>&1\n${program}\nEND`)]).toEqual([told, "True"]);
    const size = statSync(`${realOutput()}/fsx`).size;
    expect(await rooms.quotas.usage(roomId)).toEqual({ files: 1, bytes: size });
  });

  test("never lets twenty writers at once pass the limit by a byte", async () => {
    await sh(
      `for i in $(seq 20); do (for j in $(seq 30); do head -c 30001 /dev/urandom >> output/$i 2>/dev/null; done) & done; wait`,
    );
    const bytes = realBytes();
    expect(bytes).toBeLessThanOrEqual(quota.maxTotalBytes);
    expect(bytes).toBeGreaterThan(quota.maxTotalBytes - 30_001);
    expect(await rooms.quotas.usage(roomId)).toEqual({ files: 20, bytes });
  });

  test("follows its limits live, up, down and away", async () => {
    await sh("head -c 900000 /dev/zero > output/a");
    await rooms.provisioner.setQuota(roomId, { ...quota, maxTotalBytes: 500_000 });
    expect(await sh("echo x > output/b")).toContain("exceeded");
    expect(await sh("echo y | dd of=output/a conv=notrunc 2>/dev/null; head -c 2 output/a")).toBe(
      "y",
    );
    await rooms.provisioner.setQuota(roomId, { ...quota, maxFileBytes: 2 * MiB });
    expect(await sh("head -c 2097152 /dev/zero > output/a; stat -c %s output/a")).toBe("2097152");
    await rooms.provisioner.setQuota(roomId, null);
    expect(await sh("head -c 9000000 /dev/zero > output/a; stat -c %s output/a")).toBe("9000000");
  });

  test("goes on under open files when its server is killed in the middle of writes, again and again", async () => {
    const program = `
import os, time, random
end = time.time() + 6
held = open("output/held", "w+b"); total = b""; n = 0; r = random.Random(7)
while time.time() < end:
    n += 1
    b = r.randbytes(r.randrange(1, 60000)); p = "output/f"
    with open(p, "xb") as f: f.write(b)
    os.rename(p, p + "r"); assert open(p + "r", "rb").read() == b
    os.link(p + "r", p + "l"); os.mkdir(p + "d"); os.rmdir(p + "d"); os.unlink(p + "r"); os.unlink(p + "l")
    line = b"%d\\n" % n; held.write(line); held.flush(); total += line
held.seek(0); assert held.read() == total
print("whole", n > 0)`;
    const running = sh(`python3 -c '${program.replaceAll("'", `'"'"'`)}' 2>&1`);
    for (let i = 0; i < 5; i += 1) {
      await expect.poll(() => serversOf(runtimeDir).length, { timeout: 10_000 }).toBe(1);
      for (const pid of serversOf(runtimeDir)) process.kill(pid, "SIGKILL");
    }
    expect(await running).toBe("whole True");
    expect(await sh("head -c 2000000 /dev/zero > output/big")).toContain("File too large");
    await sh("rm -f output/*");
    expect(await rooms.quotas.usage(roomId)).toEqual({ files: 0, bytes: 0 });
  });

  test("heals when server and keeper are killed: errors meanwhile, then the same limits", async () => {
    await sh("echo kept > output/a");
    const keeper = serversOf(runtimeDir, "keeper");
    for (const pid of [...keeper, ...serversOf(runtimeDir)]) process.kill(pid, "SIGKILL");
    await expect.poll(() => sh("cat output/a 2>&1"), { timeout: 20_000 }).toBe("kept");
    expect(await sh("head -c 2000000 /dev/zero > output/big")).toContain("File too large");
    expect(serversOf(runtimeDir, "keeper")).not.toEqual(keeper);
  });

  test("goes on without its host, and is taken over by the next one", async () => {
    await sh("echo kept > output/a");
    rooms.keeper.leave();
    await rooms.provisioner.close();
    expect(await sh("head -c 2000000 /dev/zero > output/big")).toContain("File too large");
    const next = openQuotaRooms(runtimeDir, { earlier: rooms });
    try {
      expect((await next.provisioner.adopt()).adopted).toEqual([roomId]);
      expect(await next.quotas.usage(roomId)).toEqual({ files: 2, bytes: MiB + 5 });
      await next.provisioner.setQuota(roomId, { ...quota, maxFiles: 2 });
      expect(await sh("echo x > output/c")).toContain("exceeded");
    } finally {
      await next.provisioner.destroy(roomId);
      await next.close();
      isClosed = true;
    }
  });

  test("sleeps and wakes with its files, and leaves nothing mounted or running", async () => {
    await sh("head -c 1048576 /dev/zero > output/a");
    await rooms.provisioner.stop(roomId);
    expect(await rooms.quotas.usage(roomId)).toEqual({ files: 1, bytes: MiB });
    await rooms.provisioner.detach(roomId);
    expect(await findLeftovers(rooms)).toEqual([]);
    await rooms.start(roomId, { quota: { ...quota, maxFiles: 1 }, epoch: 2 });
    expect(await sh("ls output; echo x > output/b")).toMatch(/^a\n.*exceeded/s);
    await rooms.start(roomId, { epoch: 3 });
    expect(await sh("echo x > output/b; ls output; df output | grep -c workroom-output")).toBe(
      "a\nb\n0\nexit 1",
    );
    await rooms.provisioner.destroy(roomId);
    rooms.keeper.leave();
    await expect.poll(() => serversOf(runtimeDir, "keeper"), { timeout: 10_000 }).toEqual([]);
    expect(await findLeftovers(rooms)).toEqual([]);
  });
});
