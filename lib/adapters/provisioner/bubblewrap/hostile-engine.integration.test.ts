import { lchownSync, rmSync } from "node:fs";
import { lstat, readFile, readlink, symlink, writeFile } from "node:fs/promises";
import { type Server, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, afterAll, beforeEach, expect, test } from "vitest";
import {
  type Sandboxes,
  findLeftovers,
  makeRuntimeFolder,
  newRoomId,
  openSandboxes,
} from "@/test/sandbox/sandbox-fixture";

// What holds when hostile code has become the engine itself: uid 0 of the room, with its three capabilities.
let runtimeDir: string;
let sandboxes: Sandboxes;
let roomId: string;
beforeAll(async () => {
  runtimeDir = await makeRuntimeFolder("stand-in");
});
afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));
beforeEach(async () => {
  sandboxes = openSandboxes({ runtimeDir });
  roomId = newRoomId();
  await sandboxes.start(roomId);
});
afterEach(() => sandboxes.close());
const run = (command: string) => sandboxes.runAsEngine(roomId, command);

test("the engine has three capabilities and no way to more, and no right on this machine", async () => {
  const { output } = await run("grep -E '^Cap(Eff|Bnd|Amb|Inh)' /proc/self/status; id -u");
  expect(output.replace(/\s+/g, " ")).toBe(
    "CapInh: 0000000000000000 CapEff: 00000000000000e0 CapBnd: 00000000000000e0 CapAmb: 0000000000000000 0 ",
  );
  const attacks = [
    "mount -t tmpfs none /tmp",
    "umount /proc/sys",
    "mount -o remount,rw /workspace/input",
    "unshare -m true",
    "unshare -U true",
    "nft flush ruleset",
    "ip link set tap0 down",
    "ip route del default",
    "echo '|/tmp/x' > /proc/sys/kernel/core_pattern",
    "echo 9 > /proc/sys/user/max_user_namespaces",
    "echo x > /workspace/input/a",
    "mknod /tmp/disk b 254 0",
    "chown 1000 /var/lib/engine",
    "python3 -c 'import socket; socket.socket(40, 1)'",
    "touch /opt/workroom/x /usr/x /x",
    "dmesg",
    "hostname evil",
    "python3 -c 'import os; os.setuid(70000)'", // no uid beyond the room's block
  ];
  for (const attack of attacks) {
    const { exitCode } = await run(attack);
    expect([attack, exitCode === 0]).toEqual([attack, false]);
  }
});

test("files of the engine belong to the room's own uid on this machine, never to root", async () => {
  await run(
    "echo x > /workspace/by-engine 2>/dev/null; touch /var/lib/engine/note /run/engine/note",
  );
  const { root } = await sandboxes.provisioner.attach(roomId);
  for (const path of [join(root, "../engine/note"), join(root, "../../run/note")])
    expect((await lstat(path)).uid).toBe(sandboxes.uidBase);
});

test("a control socket that the engine replaced by a link is refused: the host can't be sent elsewhere", async () => {
  const elsewhere = await listen(join(sandboxes.dataDir, "elsewhere.sock"));
  await run(
    `ln -sfn ${elsewhere.path} /run/engine/new.sock && mv /run/engine/new.sock /run/engine/engine.sock`,
  );
  const socket = join(sandboxes.dataDir, "rooms", roomId, "run", "engine.sock");
  expect(await readlink(socket)).toBe(elsewhere.path);
  await expect(sandboxes.provisioner.connect(roomId, "engine")).rejects.toMatchObject({
    code: "unavailable",
  });
  expect(elsewhere.connections()).toBe(0);
  elsewhere.close();
});

test("the engine can't take away, replace or overtake what the host put beside its socket", async () => {
  const runFolder = join(sandboxes.dataDir, "rooms", roomId, "run");
  const model = await listen(join(runFolder, "model.sock"));
  lchownSync(join(runFolder, "model.sock"), 0, sandboxes.uidBase);
  for (const attack of [
    "rm -f /run/engine/model.sock",
    "mv /run/engine/model.sock /run/engine/x",
    "ln -sfn /tmp/x /run/engine/model.sock",
    "rm -f /run/engine/config.json",
    "chmod 777 /run/engine",
  ])
    expect([attack, (await run(attack)).exitCode === 0]).toEqual([attack, false]);
  model.close();
});

test("what a hostile engine leaves behind doesn't reach the host's files at the next start", async () => {
  const victim = join(sandboxes.dataDir, "victim.txt");
  await writeFile(victim, "untouched", { mode: 0o666 });
  await run(
    `cd /run/engine && ln -s ${victim} planted; mkdir -p deep/er; ln -s / deep/er/root; cd /var/lib/engine && rm -f engine.log && ln -s ${victim} engine.log; cd /workspace; rm -rf output; ln -s /etc output`,
  );
  await sandboxes.provisioner.stop(roomId);
  await sandboxes.start(roomId, { epoch: 2 });
  expect(await readFile(victim, "utf8")).toBe("untouched");
  expect((await run("ls -A /run/engine")).output.split("\n").filter(Boolean).toSorted()).toEqual([
    "config.json",
    "engine.sock",
  ]);
});

test("an input folder that was swapped for a link while the room slept is put back, not followed", async () => {
  await sandboxes.provisioner.stop(roomId);
  const { root } = await sandboxes.provisioner.attach(roomId);
  rmSync(join(root, "input"), { recursive: true });
  await symlink("/etc", join(root, "input"));
  await sandboxes.start(roomId, { epoch: 2 });
  expect((await run("ls /workspace/input")).output).toBe("");
  expect((await lstat(join(root, "input"))).isDirectory()).toBe(true);
});

test("a room that ignores every signal is gone after a stop", async () => {
  await run(
    "for s in TERM INT HUP; do trap '' $s; done; setsid -f sleep 1000 &>/dev/null; setsid -f sleep 999 &>/dev/null",
  );
  await sandboxes.provisioner.stop(roomId);
  await sandboxes.provisioner.detach(roomId);
  expect(await findLeftovers(sandboxes)).toEqual([]);
});

async function listen(path: string) {
  let count = 0;
  const server: Server = createServer((socket) => {
    count += 1;
    socket.destroy();
  }).listen(path);
  await new Promise((resolve) => server.once("listening", resolve));
  return { path, connections: () => count, close: () => server.close() };
}
