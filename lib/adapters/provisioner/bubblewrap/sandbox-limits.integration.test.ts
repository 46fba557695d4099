import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Sandboxes,
  makeRuntimeFolder,
  newRoomId,
  openSandboxes,
} from "@/test/sandbox/sandbox-fixture";

const MiB = 1_048_576;
let runtimeDir: string;
let sandboxes: Sandboxes;
let roomId: string;
let neighbour: string;

beforeAll(async () => {
  runtimeDir = await makeRuntimeFolder("engine");
});
afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));
beforeEach(async () => {
  sandboxes = openSandboxes({ runtimeDir });
  [roomId, neighbour] = [newRoomId(), newRoomId()];
  await Promise.all([
    sandboxes.start(roomId, { memoryBytes: 256 * MiB, maxPids: 64 }),
    sandboxes.start(neighbour),
  ]);
});
afterEach(() => sandboxes.close());

const isWorking = async (id: string) =>
  (await sandboxes.run(id, "echo ok > output/alive && cat output/alive")).output === "ok\n";

test("T9: a room that fills its disk fails alone, keeps its engine, and can clear up", async () => {
  const filled = await sandboxes.run(
    roomId,
    "for i in 1 2 3 4; do head -c 40M /dev/zero > output/fill$i & done; wait; truncate -s 1T output/sparse; df --output=size -BM /workspace | tail -1",
  );
  expect(filled.output).toContain("No space left on device");
  expect(Number.parseInt(filled.output.split("\n").at(-2) ?? "0", 10)).toBeLessThanOrEqual(64);
  expect((await sandboxes.run(roomId, "head -c 8M /dev/zero > output/more")).output).toContain(
    "No space left",
  );
  expect((await sandboxes.client.health(roomId)).epoch).toBe(1);
  expect(await isWorking(neighbour)).toBe(true);
  await sandboxes.run(roomId, "rm -f output/fill*");
  expect(await isWorking(roomId)).toBe(true);
});

test("T9: a room that makes files without end runs out of its own inodes only", async () => {
  const made = await sandboxes.run(
    roomId,
    "cd output; python3 - <<'E'\nimport os\nn=0\ntry:\n  while n < 1_000_000:\n    os.close(os.open(f'f{n}', os.O_CREAT)); n+=1\nexcept OSError as e: print(n, e.errno)\nE",
    60_000,
  );
  const [count = 0, errno] = made.output.trim().split(" ").map(Number);
  expect(errno).toBe(28);
  expect(count).toBeLessThan(5_000);
  expect(await isWorking(neighbour)).toBe(true);
});

test("T9: memory file systems of a room are bounded, and part of its memory", async () => {
  const filled = await sandboxes.run(
    roomId,
    "head -c 1G /dev/zero > /tmp/a; du -m /tmp/a; rm /tmp/a",
  );
  expect(filled.output).toContain("No space left on device");
  expect(Number.parseInt(filled.output.split("\n").at(-2) ?? "999", 10)).toBeLessThanOrEqual(128);
});

test("T10: a program that takes too much memory is killed and named; the room and its neighbour go on", async () => {
  const killed = new Promise<{ roomId: string; detail: string }>((resolve) =>
    sandboxes.provisioner.onOutOfMemory(resolve),
  );
  const ran = await sandboxes.run(roomId, "python3 -c 'x = bytearray(900_000_000)'");
  expect(ran.exitCode).not.toBe(0);
  expect(await killed).toEqual({ roomId, detail: "out of memory: python3, limit 0.25 GiB" });
  expect(await isWorking(roomId)).toBe(true);
  expect(await isWorking(neighbour)).toBe(true);
});

test("T10: a fork bomb stops at the room's own limit; its neighbour's commands go on", async () => {
  const bomb = sandboxes.run(roomId, "bomb() { bomb | bomb & }; bomb; sleep 3", 4_000);
  for (let i = 0; i < 5; i += 1) expect(await isWorking(neighbour)).toBe(true);
  const status = (await sandboxes.provisioner.list()).find((room) => room.roomId === roomId);
  expect(status?.processCount).toBeLessThanOrEqual(64);
  await bomb.catch(() => null); // the engine may have no process left to answer with
  await sandboxes.provisioner.stop(roomId);
  expect(await isWorking(neighbour)).toBe(true);
});

test("T10: a room gets no more CPU time than its quota", async () => {
  const quiet = newRoomId();
  await sandboxes.start(quiet, { cpuCores: 0.25 });
  const ran = await sandboxes.run(
    quiet,
    "bash -c 'end=$((SECONDS+2)); while [ $SECONDS -lt $end ]; do :; done; times' | head -1",
  );
  const [, minutes = "9", seconds = "9"] = /^(\d+)m([\d.]+)s/.exec(ran.output) ?? [];
  expect(Number(minutes) * 60 + Number(seconds)).toBeLessThan(1.2);
});

test("T10: file descriptors of a room are bounded", async () => {
  const [files = "", core] = (await sandboxes.run(roomId, "ulimit -Hn; ulimit -c")).output.split(
    "\n",
  );
  expect(Number(files)).toBeLessThanOrEqual(65_536);
  expect(core).toBe("0"); // and no core dumps: the kernel would give them to a program of the host
});
