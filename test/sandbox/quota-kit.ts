import { chmodSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { createOutputQuotas } from "@/host/quota/output-quotas";
import { createQuotaKeeper } from "@/host/quota/quota-keeper";
import { createLog } from "@/lib/log";
import { makeRuntimeFolder, openSandboxes } from "./sandbox-fixture";

/** The runtime of rooms with the real engine, and beside it the program of the quota servers. */
export async function makeQuotaRuntime(): Promise<string> {
  const folder = await makeRuntimeFolder("engine");
  await build({
    entryPoints: [join(import.meta.dirname, "../../host/quota/main.ts")],
    outfile: join(folder, "quota.mjs"),
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return folder;
}

const SERVER_UID = 999_999;

type Options = {
  /** An earlier kit, whose next host this one is. */
  earlier?: { dataDir: string; uidBase: number };
  /** Why this host can't mount. */
  fuseFault?: string | null;
};

/** Rooms whose `output/` counts. */
export function openQuotaRooms(runtimeDir: string, { earlier, fuseFault = null }: Options = {}) {
  const dataDir = earlier?.dataDir ?? mkdtempSync(join(tmpdir(), "workroom-quota-"));
  chmodSync(dataDir, 0o755);
  const keeper = createQuotaKeeper({
    dataDir,
    programPath: join(runtimeDir, "quota.mjs"),
    nodePath: join(runtimeDir, "node"),
    serverUid: SERVER_UID,
    log: createLog("quota-test", "silent"),
  });
  const sandboxes = openSandboxes({
    runtimeDir,
    outputMounts: fuseFault === null ? keeper : { ...keeper, fault: async () => fuseFault },
    dataDir,
    ...(earlier && { uidBase: earlier.uidBase }),
  });
  const quotas = createOutputQuotas({ provisioner: sandboxes.provisioner, keeper });
  return {
    ...sandboxes,
    keeper,
    quotas,
    async close() {
      await sandboxes.close();
      keeper.leave();
    },
  };
}

/** Processes that run the quota program of a runtime folder in a role. */
export function serversOf(runtimeDir: string, role: "server" | "keeper" = "server"): number[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const [, program, asked] = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      return program === join(runtimeDir, "quota.mjs") && asked === role ? [Number(name)] : [];
    } catch {
      return []; // ended meanwhile
    }
  });
}
