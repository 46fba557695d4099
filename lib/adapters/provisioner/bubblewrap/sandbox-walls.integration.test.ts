import { rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Sandboxes,
  makeRuntimeFolder,
  newRoomId,
  openSandboxes,
} from "@/test/sandbox/sandbox-fixture";
import { listHostAddresses } from "./egress";

// Attacks from the agent's side of a room with the real engine. Each must fail.
let runtimeDir: string;
let sandboxes: Sandboxes;
const roomId = newRoomId();
const neighbour = newRoomId();
const canary = `canary-${Math.random().toString(36).slice(2)}`;

beforeAll(async () => {
  process.env["WORKROOM_CANARY"] = canary; // what the host's own environment holds
  runtimeDir = await makeRuntimeFolder("engine");
  sandboxes = openSandboxes({ runtimeDir });
  await Promise.all([sandboxes.start(roomId), sandboxes.start(neighbour)]);
  await writeFile(join(sandboxes.dataDir, "secret.txt"), canary, { mode: 0o644 });
  await sandboxes.run(neighbour, `echo ${canary} > /workspace/output/private.txt`);
});
afterAll(async () => {
  delete process.env["WORKROOM_CANARY"];
  await sandboxes.close();
  rmSync(runtimeDir, { recursive: true, force: true });
});
const run = (command: string) => sandboxes.run(roomId, command);

test("every probe that the room runs on itself says that its wall held", async () => {
  const probes = await sandboxes.probe(roomId);
  expect(probes.filter((probe) => probe.outcome !== "held")).toEqual([]);
  expect(probes.length).toBeGreaterThanOrEqual(20);
});

test("T2: no port of this machine, and none of another room, is open to a room", async () => {
  const server = createServer().listen(0, "0.0.0.0");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  try {
    const hosts = [...listHostAddresses(), "10.0.2.2", "127.0.0.1", "10.0.2.100"];
    const { output } = await run(
      `for h in ${hosts.join(" ")}; do for p in ${port} 3000 5432; do timeout 1 bash -c "echo > /dev/tcp/$h/$p" 2>/dev/null && echo "open $h $p"; done; done; echo done`,
    );
    expect(output).toBe("done\n");
  } finally {
    server.close();
  }
});

test("T3: kernel settings can't be changed from a room", async () => {
  const paths = ["kernel/core_pattern", "kernel/panic", "vm/overcommit_memory"];
  const settings = () => Promise.all(paths.map((path) => readFile(`/proc/sys/${path}`, "utf8")));
  const before = await settings();
  for (const path of paths)
    expect((await run(`echo '|/tmp/evil' > /proc/sys/${path}`)).exitCode).not.toBe(0);
  await run("echo c > /proc/sysrq-trigger");
  expect(await settings()).toEqual(before);
});

test("T4: no secret of the host or of another room shows anywhere in /proc or the file system", async () => {
  const search = `cat /proc/*/environ /proc/*/cmdline /proc/*/task/*/environ 2>/dev/null | tr '\\0' '\\n' | grep -c ${canary}; grep -rsl ${canary} /proc/1 /etc /run /home /workspace /var /opt/workroom/*.mjs /tmp /dev/shm 2>/dev/null | grep -v "^/proc/.*/cmdline" | head -5`;
  const { output } = await run(`bash -c '${search.replaceAll("'", "'\\''")}' | head -20`);
  // The search itself holds the word in its own command line; the engine, PID 1 and the files must not.
  const others = await run(
    `for p in /proc/[0-9]*; do [ "$(stat -c %u $p 2>/dev/null)" = 0 ] && tr '\\0' ' ' < $p/environ; done 2>/dev/null; cat /workspace/../${sandboxes.dataDir}/secret.txt`,
  );
  expect(output.split("\n").slice(1).join("")).toBe("");
  expect(others.output).not.toContain(canary);
  const init = await run("tr '\\0' ' ' < /proc/1/cmdline");
  expect(init.output).not.toMatch(/--bind|--args|rooms/);
});

test("T5: no user namespace, no mount, no dangerous call, no privilege by any program of the system", async () => {
  const attacks = [
    "unshare -Ur true",
    "unshare -U true",
    "unshare -m true",
    "mount -t tmpfs none /tmp",
    "chroot / true",
    "nsenter -t 1 -m true",
    "setpriv --reuid 0 true",
    "python3 -c 'import socket; socket.socket(40, 1)'",
    "bwrap --ro-bind / / true",
    "mknod /tmp/disk b 254 0",
    "chown 0 /workspace/output",
    "dmesg",
    "hostname evil",
    "ip link set lo down",
    "nice -n -5 sh -c '[ $(nice) -lt 0 ]'",
    "cp /usr/bin/id /tmp/id && chmod u+s /tmp/id && su root -c true",
  ];
  for (const attack of attacks) {
    const { exitCode } = await run(`PATH=$PATH:/usr/sbin:/sbin; ${attack}`);
    expect([attack, exitCode === 0]).toEqual([attack, false]);
  }
  const { output } = await run(
    "grep -E '^(Seccomp|NoNewPrivs|CapEff|CapPrm|CapInh|CapAmb):' /proc/self/status",
  );
  expect(output.replace(/\s+/g, " ")).toBe(
    "CapInh: 0000000000000000 CapPrm: 0000000000000000 CapEff: 0000000000000000 CapAmb: 0000000000000000 NoNewPrivs: 1 Seccomp: 2 ",
  );
});

test("T8: no way of writing reaches input/", async () => {
  const { root } = await sandboxes.provisioner.attach(roomId);
  await writeFile(join(root, "input", "a.csv"), "a,b\n");
  const ways = [
    "echo x >> input/a.csv",
    "rm -f input/a.csv",
    "mv input/a.csv output/",
    "mv input output/input",
    "rmdir input",
    "cp /etc/passwd input/b",
    "ln input/a.csv output/linked && echo x >> output/linked",
    "ln -s /workspace/input output/l && echo x > output/l/b",
    "python3 -c \"open('/workspace/input/a.csv','r+').write('x')\"",
    "chmod 777 input",
    "truncate -s 0 input/a.csv",
    "cd output && git init -q . && git --work-tree=/workspace/input checkout-index -a -f && echo x > /workspace/input/c",
    "mount -o remount,rw /workspace/input",
    "tar -C /workspace/input -xf <(tar -C /etc -cf - hosts)",
  ];
  for (const way of ways)
    expect([way, (await run(`cd /workspace; ${way}`)).exitCode === 0]).toEqual([way, false]);
  expect(await readFile(join(root, "input", "a.csv"), "utf8")).toBe("a,b\n");
});

test("the agent can't see into, stop or speak for the engine", async () => {
  const attacks = [
    "kill -9 1",
    "kill -9 2",
    "ls /run/engine",
    "cat /var/lib/engine/engine.log",
    "cat /proc/2/environ",
    "ls -l /proc/2/fd",
    "echo x > /proc/2/mem",
    "echo -1000 > /proc/2/oom_score_adj",
    'curl -sf -X POST 127.0.0.1:3737/exec -d \'{"command":"id"}\'',
    "curl -sf --unix-socket /run/engine/engine.sock http://e/health",
    "echo x > /opt/workroom/engine.cjs",
    "echo x > /etc/passwd",
  ];
  for (const attack of attacks)
    expect([attack, (await run(attack)).exitCode === 0]).toEqual([attack, false]);
  expect((await sandboxes.client.health(roomId)).epoch).toBe(1);
});

test("no file descriptor of the host reaches a room", async () => {
  const { output } = await run(
    "ls -l /proc/self/fd | grep -v -E 'pipe|socket|/proc/[0-9]+/fd|/dev/null|^total'",
  );
  expect(output).toBe("");
});
