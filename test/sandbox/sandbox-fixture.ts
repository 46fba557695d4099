import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createBubblewrapProvisioner } from "@/lib/adapters/provisioner/bubblewrap";
import { createLog } from "@/lib/log";
import type { RoomLimits } from "@/lib/protocol/host";
import { randomBase32 } from "@/lib/ids";

const here = dirname(fileURLToPath(import.meta.url));

export const roomLimits: RoomLimits = {
  memoryBytes: 512 * 1_048_576,
  cpuCores: 2,
  maxPids: 256,
  diskBytes: 64 * 1_048_576,
};

/** A runtime folder with this Node and the stand-in engine. */
export function makeRuntimeFolder(root: string): string {
  const folder = join(root, "runtime");
  mkdirSync(folder, { recursive: true });
  copyFileSync(process.execPath, join(folder, "node"));
  copyFileSync(join(here, "stand-in-engine.mjs"), join(folder, "engine.mjs"));
  chmodSync(join(folder, "node"), 0o755);
  return folder;
}

let blocks = Math.floor(Math.random() * 1_000);

/** A data folder of its own with a provisioner on it; `uidBase` is far above what the product uses. */
export function openSandboxes(
  options: { dataDir?: string; runtimeDir?: string; uidBase?: number } = {},
) {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "workroom-sandbox-"));
  chmodSync(dataDir, 0o755);
  const runtimeDir = options.runtimeDir ?? makeRuntimeFolder(dataDir);
  blocks += 20;
  const uidBase = options.uidBase ?? 2_000_000_000 + blocks * 65_536;
  const provisioner = createBubblewrapProvisioner({
    dataDir,
    runtimeDir,
    uidBase,
    allowWeak: false,
    log: createLog("sandbox-test", "silent"),
    diskBytes: roomLimits.diskBytes,
  });
  return {
    dataDir,
    runtimeDir,
    uidBase,
    provisioner,
    async start(roomId: string, change: Partial<RoomLimits> & { epoch?: number } = {}) {
      const { epoch = 1, ...limits } = change;
      const spec = { roomId, epoch, limits: { ...roomLimits, ...limits } };
      return provisioner.start(spec, { timeoutMs: 20_000 });
    },
    /** Runs a command as the agent, or as the engine. */
    async run(roomId: string, command: string, as: "agent" | "engine" = "agent") {
      const socket = await provisioner.connect(roomId, "engine");
      return new Promise<{ exitCode: number | null; output: string }>((resolve, reject) => {
        const call = request(
          {
            createConnection: () => socket,
            method: "POST",
            path: as === "agent" ? "/exec" : "/exec-engine",
            headers: { host: "engine" },
          },
          (response) => {
            let body = "";
            response.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
            response.on("end", () => {
              socket.destroy();
              resolve(JSON.parse(body) as { exitCode: number | null; output: string });
            });
            response.on("error", reject);
          },
        );
        call.on("error", reject);
        call.end(command);
      });
    },
    async close(roomIds: string[]) {
      for (const roomId of roomIds) await provisioner.destroy(roomId);
      provisioner.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type Sandboxes = ReturnType<typeof openSandboxes>;

export const newRoomId = () => `wr_${randomBase32(20)}`;
