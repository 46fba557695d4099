import { readFile, readdir } from "node:fs/promises";
import { type Attack, mustAllFail, mustFail } from "./wall-probe";

const ENGINE_UID = "0";

/** The processes of the engine's side: PID 1 and what else runs as its uid. */
async function listEnginePids(): Promise<number[]> {
  const names = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const pids = await Promise.all(
    names.map(async (name) => {
      const status = await readFile(`/proc/${name}/status`, "utf8").catch(() => "");
      return /^Uid:\s+(\d+)/m.exec(status)?.[1] === ENGINE_UID ? [Number(name)] : [];
    }),
  );
  return pids.flat();
}

const onEachEnginePid = async (
  attempt: (pid: number) => Promise<{ isHeld: boolean; detail: string }>,
) => mustAllFail((await listEnginePids()).map(attempt));

export const processAttacks: Attack[] = [
  {
    id: "engine_secrets",
    title: "Read the engine's environment and memory",
    attempt: () =>
      onEachEnginePid((pid) =>
        mustAllFail(
          ["environ", "mem", "maps"].map((name) =>
            mustFail(`read /proc/${pid}/${name}`, () => readFile(`/proc/${pid}/${name}`)),
          ),
        ),
      ),
  },
  {
    id: "engine_signal",
    title: "Stop the engine",
    // Signal 0 asks for the right to send one and sends nothing.
    attempt: () =>
      onEachEnginePid((pid) =>
        mustFail(`signal ${pid}`, () => Promise.resolve(process.kill(pid, 0))),
      ),
  },
  {
    id: "host_processes",
    title: "See processes outside the room",
    attempt: async () => {
      const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
      const parent = await readFile("/proc/1/status", "utf8").catch(() => "");
      const outer = /^PPid:\s+(\d+)/m.exec(parent)?.[1] ?? "0";
      return { isHeld: outer === "0", detail: `${pids.length} processes, all of this room` };
    },
  },
  {
    id: "privileges",
    title: "Hold rights that the agent must not have",
    attempt: async () => {
      const status = await readFile("/proc/self/status", "utf8");
      const field = (name: string) => new RegExp(`^${name}:\\s+(\\S+)`, "m").exec(status)?.[1];
      const seen = {
        capabilities: field("CapPrm"),
        noNewPrivileges: field("NoNewPrivs"),
        systemCallFilter: field("Seccomp"),
      };
      const isHeld =
        /^0+$/.test(seen.capabilities ?? "") &&
        seen.noNewPrivileges === "1" &&
        seen.systemCallFilter === "2";
      const detail = Object.entries(seen).map(([name, value]) => `${name} ${value}`);
      return { isHeld, detail: detail.join(", ") };
    },
  },
];
