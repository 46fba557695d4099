import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BubblewrapOptions,
  createBubblewrapProvisioner,
} from "@/lib/adapters/provisioner/bubblewrap";
import { RoomCgroups } from "@/lib/adapters/provisioner/bubblewrap/cgroups";
import { makeEngineClient } from "@/lib/adapters/engine-client/room-host-engine-client";
import { probeWalls } from "@/host/engine/ask-engine";
import { randomBase32 } from "@/lib/ids";
import { createLog } from "@/lib/log";
import type { SandboxSpec } from "@/lib/ports/provisioner";
import type { RoomLimits } from "@/lib/protocol/host";
// @ts-expect-error -- a script without types, used by the build before any TypeScript runs
import { buildRuntime } from "../../scripts/bundles.mjs";

const checkout = join(import.meta.dirname, "../..");
const MiB = 1_048_576;

export const roomLimits: RoomLimits = {
  memoryBytes: 512 * MiB,
  cpuCores: 2,
  maxPids: 256,
  diskBytes: 64 * MiB,
};

/** What a room sees at /opt/workroom: the real engine's bundles, or the stand-in that runs any command as the engine. */
export async function makeRuntimeFolder(kind: "engine" | "stand-in"): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "workroom-runtime-"));
  chmodSync(folder, 0o755);
  copyFileSync(join(checkout, "node_modules/node/bin/node"), join(folder, "node"));
  chmodSync(join(folder, "node"), 0o755);
  if (kind === "engine") await (buildRuntime as (outDir: string) => Promise<void>)(folder);
  else {
    copyFileSync(join(import.meta.dirname, "stand-in-engine.mjs"), join(folder, "stand-in.mjs"));
    writeFileSync(join(folder, "engine.cjs"), 'import("./stand-in.mjs");\n');
  }
  return folder;
}

const UID_BLOCKS_A_TEST = 20;
let nextBlock = Math.floor(Math.random() * 16_000);

/** A provisioner on a data folder of its own, with host uids far above the product's. */
export function openSandboxes(
  options: Partial<BubblewrapOptions> & Pick<BubblewrapOptions, "runtimeDir">,
) {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "workroom-sandbox-"));
  chmodSync(dataDir, 0o755);
  nextBlock += UID_BLOCKS_A_TEST;
  const uidBase = options.uidBase ?? 1_000_000_000 + nextBlock * 65_536;
  const provisioner = createBubblewrapProvisioner({
    uidBase,
    allowWeak: false,
    log: createLog("sandbox-test", "silent"),
    diskBytes: roomLimits.diskBytes,
    ...options,
    dataDir,
  });
  const client = makeEngineClient({
    connect: (roomId, target) => provisioner.connect(roomId, target),
  });
  const roomIds = new Set<string>();
  return {
    dataDir,
    uidBase,
    provisioner,
    client,
    async start(
      roomId: string,
      change: Partial<RoomLimits> & Partial<Pick<SandboxSpec, "epoch" | "quota" | "group">> = {},
    ) {
      const { epoch = 1, quota = null, group = "test", ...limits } = change;
      roomIds.add(roomId);
      const spec = { roomId, epoch, quota, group, limits: { ...roomLimits, ...limits } };
      return provisioner.start(spec, { timeoutMs: 20_000 });
    },
    /** Runs a command as the agent, by the real engine. */
    async run(roomId: string, command: string, timeoutMs = 20_000): Promise<Ran> {
      const ran: Ran = { exitCode: null, output: "" };
      const request = { command, cwd: "/workspace", timeoutMs };
      for await (const chunk of client.exec(
        roomId,
        request,
        AbortSignal.timeout(timeoutMs + 5_000),
      ))
        if (chunk.type === "exit") ran.exitCode = chunk.exitCode;
        else ran.output += chunk.text;
      return ran;
    },
    /** The probes that the room runs on itself. */
    probe: async (roomId: string) => (await probeWalls(provisioner.connect, roomId)).probes,
    /** Runs a command as the engine's own user, where the stand-in is the engine. */
    runAsEngine: (roomId: string, command: string) => runByStandIn(provisioner, roomId, command),
    /** Destroys the rooms that were started; the data folder goes too when it is this fixture's own. */
    async close() {
      for (const roomId of roomIds) await provisioner.destroy(roomId);
      await provisioner.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type Sandboxes = ReturnType<typeof openSandboxes>;
type Ran = { exitCode: number | null; output: string };

async function runByStandIn(
  provisioner: ReturnType<typeof createBubblewrapProvisioner>,
  roomId: string,
  command: string,
): Promise<Ran> {
  const socket = await provisioner.connect(roomId, "engine");
  return new Promise<Ran>((resolve, reject) => {
    const call = request(
      {
        createConnection: () => socket,
        method: "POST",
        path: "/exec",
        headers: { host: "engine" },
      },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
        response.on("end", () => {
          socket.destroy();
          resolve(JSON.parse(body) as Ran);
        });
        response.on("error", reject);
      },
    );
    call.on("error", reject);
    call.end(command);
  });
}

export const newRoomId = () => `wr_${randomBase32(20)}`;

/** What a data folder's rooms hold of this machine: processes, mounts, cgroups. Empty when all is gone. */
export async function findLeftovers(room: { dataDir: string; uidBase: number }): Promise<string[]> {
  const mounts = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
  return [
    ...(await findProcesses(room.uidBase)),
    ...mounts.filter((line) => line.includes(room.dataDir)),
    ...(await findCgroups(room.dataDir)),
  ];
}

async function findProcesses(uidBase: number): Promise<string[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    names.map(async (name) => {
      const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
      const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? 0);
      const isOurs = uid >= uidBase && uid < uidBase + UID_BLOCKS_A_TEST * 65_536;
      return isOurs && !/^State:\s+Z/m.test(status) ? [`process ${name}: ${status}`] : [];
    }),
  );
  return found.flat();
}

async function findCgroups(dataDir: string): Promise<string[]> {
  const { parent } = new RoomCgroups(dataDir, { folders: {}, unified: null });
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n");
  const roots = mounts.flatMap((line) => {
    const [, root, type] = line.split(" ");
    return root !== undefined && type?.startsWith("cgroup") ? [root] : [];
  });
  const groups = await Promise.all(
    roots.map((root) => readdir(join(root, parent)).catch((): string[] => [])),
  );
  return groups.flat().filter((name) => name.startsWith("wr_"));
}
