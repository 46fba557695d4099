import { rmSync } from "node:fs";
import { open, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  type Sandboxes,
  makeRuntimeFolder,
  newRoomId,
  openSandboxes,
} from "@/test/sandbox/sandbox-fixture";
import { roomFolder } from "./room-folder";

const MiB = 1_048_576;
let runtimeDir: string;
let sandboxes: Sandboxes;
let roomId: string;

beforeAll(async () => {
  runtimeDir = await makeRuntimeFolder("engine");
});
afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));
beforeEach(() => {
  sandboxes = openSandboxes({ runtimeDir });
  roomId = newRoomId();
});
afterEach(() => sandboxes.close());

const folder = () => roomFolder(sandboxes.dataDir, roomId);
const sizeInMiB = async () => {
  const { output } = await sandboxes.run(
    roomId,
    "df --output=size,itotal -BM /workspace | tail -1",
  );
  const [size = "", inodes = ""] = output.trim().split(/\s+/);
  return { size: Number.parseInt(size, 10), inodes: Number(inodes) };
};
const isWhole = async () =>
  (await sandboxes.run(roomId, "sha256sum -c output/sums && cat output/note")).output;
const fill = () =>
  sandboxes.run(
    roomId,
    "head -c 20M /dev/urandom > output/big; sha256sum output/big > output/sums; echo kept > output/note",
  );

test("a limit that was raised counts from the next start, and every file is there", async () => {
  await sandboxes.start(roomId);
  const before = await sizeInMiB();
  await fill();
  await sandboxes.provisioner.stop(roomId);
  await sandboxes.start(roomId, { epoch: 2, diskBytes: 512 * MiB });
  const after = await sizeInMiB();
  expect(after.size).toBeGreaterThan(400);
  expect(after.inodes).toBeGreaterThan(before.inodes * 4);
  expect(await isWhole()).toBe("output/big: OK\nkept\n");
  expect((await sandboxes.run(roomId, "head -c 200M /dev/zero > output/more")).exitCode).toBe(0);
});

test("the same from a disk that was let go meanwhile; a lower limit leaves it as it is", async () => {
  await sandboxes.start(roomId);
  await fill();
  await sandboxes.provisioner.stop(roomId);
  await sandboxes.provisioner.detach(roomId);
  await sandboxes.start(roomId, { epoch: 2, diskBytes: 256 * MiB });
  const grown = await sizeInMiB();
  expect(grown.size).toBeGreaterThan(200);
  await sandboxes.provisioner.stop(roomId);
  await sandboxes.start(roomId, { epoch: 3, diskBytes: 64 * MiB });
  expect(await sizeInMiB()).toEqual(grown);
  expect(await isWhole()).toBe("output/big: OK\nkept\n");
});

test("a start that was cut off after the image grew is gone on with", async () => {
  await sandboxes.start(roomId);
  await fill();
  await sandboxes.provisioner.stop(roomId);
  await sandboxes.provisioner.detach(roomId);
  await truncate(folder().image, 256 * MiB);
  await sandboxes.start(roomId, { epoch: 2, diskBytes: 256 * MiB });
  expect((await sizeInMiB()).size).toBeGreaterThan(200);
  expect(await isWhole()).toBe("output/big: OK\nkept\n");
});

test("a disk that is in use when it should grow works on in its old size, with all that is in it", async () => {
  await sandboxes.start(roomId);
  const before = await sizeInMiB();
  await fill();
  await sandboxes.provisioner.stop(roomId);
  const reader = await open(join(folder().workspace, "output/big"));
  await sandboxes.start(roomId, { epoch: 2, diskBytes: 256 * MiB });
  await reader.close();
  expect([before.size, 200]).toContain(Math.min((await sizeInMiB()).size, 200));
  expect(await isWhole()).toBe("output/big: OK\nkept\n");
});

test("a copy that an interrupted start left behind is no harm", async () => {
  await sandboxes.start(roomId);
  await fill();
  await sandboxes.provisioner.stop(roomId);
  await writeFile(`${folder().image}.larger`, "half of a copy");
  await sandboxes.start(roomId, { epoch: 2, diskBytes: 256 * MiB });
  expect((await sizeInMiB()).size).toBeGreaterThan(200);
  expect(await isWhole()).toBe("output/big: OK\nkept\n");
});

test("a damaged image fails the start in plain words and stays as it is for a repair", async () => {
  await sandboxes.start(roomId);
  await fill();
  await sandboxes.provisioner.stop(roomId);
  await sandboxes.provisioner.detach(roomId);
  const file = await open(folder().image, "r+");
  await file.write(Buffer.alloc(4_096), 0, 4_096, 0);
  await file.close();
  const damaged = await readFile(folder().image);
  await expect(sandboxes.start(roomId, { epoch: 2, diskBytes: 256 * MiB })).rejects.toMatchObject({
    code: "unavailable",
    message: "The room's disk can't be attached.",
  });
  expect((await readFile(folder().image)).equals(damaged)).toBe(true);
});
