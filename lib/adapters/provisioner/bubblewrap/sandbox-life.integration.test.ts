import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { open as openFile, readFile, readdir, stat } from "node:fs/promises";
import { request } from "node:http";
import { dirname } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bundleProgram } from "@/test/sandbox/bundle-program";
import { provisionerContract } from "@/test/sandbox/provisioner-contract";
import {
  type Sandboxes,
  findLeftovers,
  makeRuntimeFolder,
  newRoomId,
  openSandboxes,
  roomLimits,
} from "@/test/sandbox/sandbox-fixture";

let runtimeDir: string;
beforeAll(async () => {
  runtimeDir = await makeRuntimeFolder("engine");
});
afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));

describe("bubblewrap provisioner", () => {
  provisionerContract(async () => openSandboxes({ runtimeDir }));
});

describe("a room's life", () => {
  let sandboxes: Sandboxes;
  let roomId: string;
  beforeEach(() => {
    sandboxes = openSandboxes({ runtimeDir });
    roomId = newRoomId();
  });
  afterEach(() => sandboxes.close());

  const initOf = async () => {
    const path = `${sandboxes.dataDir}/rooms/${roomId}/room.json`;
    const record = JSON.parse(await readFile(path, "utf8")) as {
      sandbox: { init: { pid: number }; helpers: { pid: number }[] } | null;
    };
    if (!record.sandbox) throw new Error("The room doesn't run.");
    return record.sandbox;
  };

  test("this machine builds every wall", async () => {
    const { walls, ...rest } = await sandboxes.provisioner.probe();
    expect(walls.filter((wall) => !wall.isBuilt)).toEqual([]);
    expect(rest).toMatchObject({ canOpenRooms: true, isWeak: false, canFreeze: true });
  });

  test("after a stop nothing of the room runs, and its files are there at the next start", async () => {
    await sandboxes.start(roomId);
    await sandboxes.run(
      roomId,
      "echo kept > output/a.txt; setsid -f sleep 500; setsid -f setsid -f sleep 500",
    );
    await sandboxes.provisioner.stop(roomId);
    await sandboxes.provisioner.detach(roomId);
    expect(await findLeftovers(sandboxes)).toEqual([]);
    await sandboxes.start(roomId, { epoch: 2 });
    expect(await sandboxes.run(roomId, "cat output/a.txt")).toEqual({
      exitCode: 0,
      output: "kept\n",
    });
  });

  test("dev servers of a room know the names below which its previews are seen", async () => {
    const named = openSandboxes({ runtimeDir, previewHost: "previews.example" });
    try {
      await named.start(roomId);
      expect(
        await named.run(roomId, "sh -c 'echo $__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS'"),
      ).toEqual({ exitCode: 0, output: ".previews.example\n" });
    } finally {
      await named.close();
    }
  });

  test("the disk of a sleeping room is let go after a while, but not under an open file, and comes back", async () => {
    const idle = openSandboxes({ runtimeDir, diskIdleMs: 400 });
    try {
      const { root } = await idle.provisioner.attach(roomId);
      const isAttached = async () =>
        (await readFile("/proc/self/mountinfo", "utf8")).includes(dirname(root));
      const open = await openFile(`${root}/output/a.txt`, "w");
      await idle.start(newRoomId());
      await open.writeFile("kept");
      await new Promise((resolve) => setTimeout(resolve, 1_000)); // more than two waits
      expect(await isAttached()).toBe(true);
      await open.close();
      await expect.poll(isAttached, { timeout: 5_000 }).toBe(false);
      expect(await idle.provisioner.attach(roomId)).toMatchObject({ root, isNew: false });
      expect(await readFile(`${root}/output/a.txt`, "utf8")).toBe("kept");
      const [running] = await idle.provisioner.list();
      expect((await idle.run(running!.roomId, "echo ok > output/x; cat output/x")).output).toBe(
        "ok\n",
      );
    } finally {
      await idle.provisioner.destroy(roomId);
      await idle.close();
    }
  });

  test("a host that ends lets go of the disks of sleeping rooms and leaves running ones alone", async () => {
    const asleep = newRoomId();
    await sandboxes.provisioner.attach(asleep);
    await sandboxes.start(roomId);
    await sandboxes.provisioner.close();
    const mounts = await readFile("/proc/self/mountinfo", "utf8");
    expect([mounts.includes(`${asleep}/disk`), mounts.includes(`${roomId}/disk`)]).toEqual([
      false,
      true,
    ]);
    expect((await sandboxes.run(roomId, "echo ok")).output).toBe("ok\n");
  });

  test("a destroyed room leaves no process, mount, cgroup or file", async () => {
    await sandboxes.start(roomId);
    await sandboxes.provisioner.destroy(roomId);
    expect(await findLeftovers(sandboxes)).toEqual([]);
    expect(await readdir(`${sandboxes.dataDir}/rooms`)).not.toContain(roomId);
  });

  test("a frozen room runs no instruction, and goes on where it was", async () => {
    await sandboxes.start(roomId);
    await sandboxes.run(
      roomId,
      "setsid -f bash -c 'while :; do echo x >> /tmp/ticks; sleep 0.01; done' >/dev/null 2>&1; until [ -s /tmp/ticks ]; do sleep 0.01; done",
    );
    const { init } = await initOf();
    const tmp = `/proc/${init.pid}/root/tmp/ticks`;
    const ticks = async () => (await stat(tmp)).size;
    await expect.poll(ticks).toBeGreaterThan(2);
    await sandboxes.provisioner.freeze(roomId);
    const frozenAt = await ticks();
    await new Promise((resolve) => setTimeout(resolve, 200)); // twenty ticks, were it awake
    expect(await ticks()).toBe(frozenAt);
    await sandboxes.provisioner.thaw(roomId);
    await expect.poll(ticks).toBeGreaterThan(frozenAt);
  });

  test("a frozen room can be stopped", async () => {
    await sandboxes.start(roomId);
    await sandboxes.provisioner.freeze(roomId);
    await sandboxes.provisioner.stop(roomId);
    await sandboxes.provisioner.detach(roomId);
    expect(await findLeftovers(sandboxes)).toEqual([]);
  });

  test("an engine that is killed ends the room: listeners hear of it, all of it is gone", async () => {
    await sandboxes.start(roomId, { epoch: 7 });
    const ended = new Promise((resolve) => sandboxes.provisioner.onEnd(resolve));
    const { init } = await initOf();
    const children = await readFile(`/proc/${init.pid}/task/${init.pid}/children`, "utf8");
    process.kill(Number(children.trim().split(" ")[0]), "SIGKILL");
    expect(await ended).toMatchObject({ roomId, epoch: 7, reason: "exited" });
    await sandboxes.provisioner.detach(roomId);
    expect(await findLeftovers(sandboxes)).toEqual([]);
    expect(await sandboxes.provisioner.list()).toEqual([]);
  });

  test("the network helper is started again when it dies", async () => {
    await sandboxes.start(roomId);
    const { helpers } = await initOf();
    expect(helpers).toHaveLength(1);
    process.kill(helpers[0]!.pid, "SIGKILL");
    await expect
      .poll(async () => (await initOf()).helpers[0]?.pid, { timeout: 10_000 })
      .not.toBe(helpers[0]!.pid);
    expect((await sandboxes.run(roomId, "ip -br address show tap0")).output).toContain(
      "10.0.2.100",
    );
  });

  test("an engine that never answers is a clear failure and leaves nothing", async () => {
    const spec = { roomId, epoch: 1, limits: roomLimits };
    const failed = sandboxes.provisioner.start(spec, { timeoutMs: 1 });
    await expect(failed).rejects.toMatchObject({ code: "unavailable" });
    await sandboxes.provisioner.detach(roomId);
    expect(await findLeftovers(sandboxes)).toEqual([]);
  });

  test("a port of the room is reached through its engine, and a closed one is refused in plain words", async () => {
    await sandboxes.start(roomId);
    await sandboxes.run(
      roomId,
      "echo hello > output/x.txt; cd output; setsid -f python3 -m http.server 8123 --bind 127.0.0.1 >/dev/null 2>&1; for i in $(seq 100); do curl -s localhost:8123 >/dev/null && break; sleep 0.05; done",
    );
    const socket = await sandboxes.provisioner.connect(roomId, 8_123);
    const call = request({ createConnection: () => socket as never, path: "/x.txt" });
    call.end();
    const [response] = (await once(call, "response")) as [NodeJS.ReadableStream];
    let body = "";
    for await (const chunk of response) body += String(chunk);
    expect(body).toBe("hello\n");
    await expect(sandboxes.provisioner.connect(roomId, 8_124)).rejects.toMatchObject({
      code: "unavailable",
    });
  });

  test("the next host adopts a running room, and a frozen one, after the first was killed", async () => {
    const { dataDir, uidBase } = sandboxes;
    const program = await bundleProgram("start-one-room", dataDir);
    const args = [program, dataDir, runtimeDir, String(uidBase), roomId];
    const first = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    first.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await expect.poll(() => said, { timeout: 20_000 }).toContain("started");
    first.kill("SIGKILL");
    const next = openSandboxes({ runtimeDir, dataDir, uidBase });
    expect(await next.provisioner.adopt()).toEqual({ adopted: [roomId], ended: [] });
    await next.run(roomId, "echo 1 > /tmp/alive");
    expect(await next.start(roomId)).toMatchObject({ isAdopted: true });
    await next.provisioner.freeze(roomId);
    await next.provisioner.close();
    const third = openSandboxes({ runtimeDir, dataDir, uidBase });
    expect(await third.provisioner.adopt()).toEqual({ adopted: [roomId], ended: [] });
    expect(await third.provisioner.list()).toMatchObject([{ roomId, state: "frozen" }]);
    await third.provisioner.thaw(roomId);
    expect((await third.run(roomId, "cat /tmp/alive")).output).toBe("1\n");
    const ended = new Promise((resolve) => third.provisioner.onEnd(resolve));
    process.kill((await initOf()).init.pid, "SIGKILL"); // no child of this host: it is noticed all the same
    expect(await ended).toMatchObject({ roomId, reason: "exited" });
    await third.provisioner.destroy(roomId);
    await third.provisioner.close();
    expect(await findLeftovers(sandboxes)).toEqual([]);
  });

  test("a host process killed in the middle of starts leaves nothing that the next one doesn't end or adopt", async () => {
    const { dataDir, uidBase } = sandboxes;
    const program = await bundleProgram("start-one-room", dataDir);
    for (const delayMs of [5, 20, 40, 80]) {
      const args = [program, dataDir, runtimeDir, String(uidBase), roomId];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      child.kill("SIGKILL");
      const next = openSandboxes({ runtimeDir, dataDir, uidBase });
      const { adopted } = await next.provisioner.adopt();
      for (const id of adopted) await next.provisioner.stop(id);
      await next.provisioner.detach(roomId);
      await next.provisioner.close();
      expect(await findLeftovers(sandboxes)).toEqual([]);
    }
  });
});
