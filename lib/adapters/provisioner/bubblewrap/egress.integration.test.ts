import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleProgram } from "@/test/sandbox/bundle-program";
import { makeRuntimeFolder, newRoomId } from "@/test/sandbox/sandbox-fixture";

// Two networks of the test's own: "host" runs a provisioner, "internet" has the addresses that rooms may or may not
// reach. Nothing leaves this machine.
const HOST = "45.76.1.2";
const INTERNET = "45.76.1.10";
const forbidden = ["169.254.169.254", "10.9.9.9", "172.16.5.5", "192.168.77.1", "100.64.0.9"];

let folder: string;
let runtimeDir: string;
const children: ChildProcess[] = [];

async function openNetwork(): Promise<number> {
  const idle = ["sh", "-c", "echo ready; exec sleep 600"];
  const args = ["--net", "--mount", "--propagation", "private", "--", ...idle];
  const child = spawn("unshare", args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  await once(child.stdout, "data");
  return child.pid ?? 0;
}

const inNetwork = (pid: number, ...command: string[]) =>
  execFileSync("nsenter", ["-t", String(pid), "-n", "-m", "--", ...command]);

let host: number;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "workroom-egress-"));
  chmodSync(folder, 0o755);
  runtimeDir = await makeRuntimeFolder("engine");
  host = await openNetwork();
  const internet = await openNetwork();
  const link = ["link", "add", "wan", "netns", String(host), "type", "veth", "peer", "name", "lan"];
  execFileSync("ip", [...link, "netns", String(internet)]);
  for (const [pid, device, address] of [
    [host, "wan", HOST],
    [internet, "lan", INTERNET],
  ] as const) {
    inNetwork(pid, "ip", "address", "add", `${address}/24`, "dev", device);
    for (const name of [device, "lo"]) inNetwork(pid, "ip", "link", "set", name, "up");
  }
  for (const address of forbidden)
    inNetwork(internet, "ip", "address", "add", `${address}/32`, "dev", "lo");
  inNetwork(host, "ip", "route", "add", "default", "via", INTERNET);
  writeFileSync(join(folder, "resolv.conf"), `nameserver ${INTERNET}\n`);
  inNetwork(host, "mount", "--bind", join(folder, "resolv.conf"), "/etc/resolv.conf");
  const server = join(import.meta.dirname, "../../../../test/sandbox/test-internet.mjs");
  const args = ["-t", String(internet), "-n", "--", process.execPath, server];
  const answering = spawn("nsenter", args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(answering);
  await once(answering.stdout, "data");
});

afterAll(async () => {
  for (const child of children) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  for (const path of [folder, runtimeDir]) rmSync(path, { recursive: true, force: true });
});

test("a room reaches the public internet and its names, and nothing private, local or of the host", async () => {
  const program = await bundleProgram("try-egress", folder);
  const uidBase = 900_000_000 + Math.floor(Math.random() * 1_000) * 65_536;
  const targets = [INTERNET, HOST, ...forbidden].join(",");
  const enter = ["-t", String(host), "-n", "-m", "--", process.execPath, program];
  const args = [folder, runtimeDir, String(uidBase), newRoomId(), targets];
  const { stdout } = await promisify(execFile)("nsenter", [...enter, ...args]);
  const { filtered, open, names } = JSON.parse(stdout) as {
    filtered: Record<string, string>;
    open: Record<string, string>;
    names: string;
  };
  const all = (code: string) => Object.fromEntries([HOST, ...forbidden].map((key) => [key, code]));
  // Without the filter every one of them answers: it is the filter that holds, not a missing route.
  expect(open).toEqual({ ...all("200"), [INTERNET]: "200" });
  expect(filtered).toEqual({ ...all("000"), [INTERNET]: "200" });
  expect(names).toBe(INTERNET);
});
