import { createHash } from "node:crypto";
import { access, constants, mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RoomLimits } from "@/lib/protocol/host";

const controllers = ["memory", "pids", "cpu", "freezer"] as const;
type Controller = (typeof controllers)[number];
/** Where this host keeps each controller: a v1 hierarchy of its own, or the unified one. */
export type CgroupLayout = {
  folders: Readonly<Partial<Record<Controller, { root: string; version: 1 | 2 }>>>;
  /** Unified hierarchy with `cgroup.freeze` and `cgroup.kill`, with or without controllers. */
  unified: string | null;
};

const CPU_PERIOD_US = 100_000;

/** Finds the hierarchies this process may make groups in. */
export async function detectCgroups(): Promise<CgroupLayout> {
  const mounts = (await readFile("/proc/self/mounts", "utf8")).split("\n").map((l) => l.split(" "));
  const folders: Partial<Record<Controller, { root: string; version: 1 | 2 }>> = {};
  let unified: string | null = null;
  for (const [, root, type, flags] of mounts) {
    if (root === undefined || flags === undefined) continue;
    if (type === "cgroup2" && (await isWritable(root))) {
      unified = root;
      for (const name of await unifiedControllers(root)) folders[name] = { root, version: 2 };
    }
    if (type !== "cgroup" || !(await isWritable(root))) continue;
    for (const name of controllers)
      if (flags.split(",").includes(name)) folders[name] ??= { root, version: 1 };
  }
  return { folders, unified };
}

async function unifiedControllers(root: string): Promise<Controller[]> {
  const available = await read(join(root, "cgroup.controllers"));
  const wanted = controllers.filter((name) => available.split(" ").includes(name));
  for (const name of wanted)
    await writeFile(join(root, "cgroup.subtree_control"), `+${name}`).catch(() => null);
  const given = (await read(join(root, "cgroup.subtree_control"))).split(" ");
  return wanted.filter((name) => given.includes(name));
}

/** The cgroups of the rooms of one data folder. Each method is a no-op where the host lacks the controller. */
export function createRoomCgroups(dataDir: string, layout: CgroupLayout) {
  const parent = `workroom-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}`;
  const roots = [
    ...new Set([
      ...Object.values(layout.folders).map((folder) => folder.root),
      ...(layout.unified === null ? [] : [layout.unified]),
    ]),
  ];
  const groupOf = (roomId: string, name: Controller) => {
    const folder = layout.folders[name];
    return folder ? { path: join(folder.root, parent, roomId), version: folder.version } : null;
  };
  const unifiedGroup = (roomId: string) =>
    layout.unified === null ? null : join(layout.unified, parent, roomId);

  async function create(roomId: string, limits: RoomLimits): Promise<void> {
    await Promise.all(roots.map((root) => mkdir(join(root, parent, roomId), { recursive: true })));
    if (layout.unified !== null) {
      const shared = Object.entries(layout.folders).filter(([, folder]) => folder.version === 2);
      const enabled = shared.map(([name]) => `+${name}`).join(" ");
      if (enabled !== "")
        await writeFile(join(layout.unified, parent, "cgroup.subtree_control"), enabled);
    }
    const memory = groupOf(roomId, "memory");
    const pids = groupOf(roomId, "pids");
    const bytes = String(limits.memoryBytes);
    if (memory?.version === 1) await writeFile(join(memory.path, "memory.limit_in_bytes"), bytes);
    if (memory?.version === 2) {
      await writeFile(join(memory.path, "memory.max"), bytes);
      await writeFile(join(memory.path, "memory.swap.max"), "0").catch(() => null);
    }
    if (pids) await writeFile(join(pids.path, "pids.max"), String(limits.maxPids));
  }

  /** Moves a process in: everything it starts later is inside from its first instruction. */
  async function place(roomId: string, pid: number): Promise<void> {
    const groups = roots.map((root) => join(root, parent, roomId, "cgroup.procs"));
    await Promise.all(groups.map((path) => writeFile(path, String(pid))));
  }

  /** Set after the first answer of the engine: a quota during the start makes it several times slower. */
  async function limitCpu(roomId: string, cores: number): Promise<void> {
    const cpu = groupOf(roomId, "cpu");
    const quota = Math.max(1_000, Math.round(cores * CPU_PERIOD_US));
    if (cpu?.version === 1) await writeFile(join(cpu.path, "cpu.cfs_quota_us"), String(quota));
    if (cpu?.version === 2) await writeFile(join(cpu.path, "cpu.max"), `${quota} ${CPU_PERIOD_US}`);
  }

  async function freeze(roomId: string, isFrozen: boolean): Promise<void> {
    const unified = unifiedGroup(roomId);
    if (unified !== null && (await isWritable(join(unified, "cgroup.freeze")))) {
      await writeFile(join(unified, "cgroup.freeze"), isFrozen ? "1" : "0");
      const wanted = `frozen ${isFrozen ? 1 : 0}`;
      await until(async () => (await read(join(unified, "cgroup.events"))).includes(wanted));
      return;
    }
    const freezer = groupOf(roomId, "freezer");
    if (freezer === null) return;
    const wanted = isFrozen ? "FROZEN" : "THAWED";
    await writeFile(join(freezer.path, "freezer.state"), wanted);
    await until(async () => (await read(join(freezer.path, "freezer.state"))) === wanted);
  }

  /** Kills every process of the room's group at once, where the kernel can; frozen ones too. */
  async function kill(roomId: string): Promise<void> {
    const unified = unifiedGroup(roomId);
    if (unified !== null) await writeFile(join(unified, "cgroup.kill"), "1").catch(() => null);
    const freezer = groupOf(roomId, "freezer");
    if (freezer?.version === 1)
      await writeFile(join(freezer.path, "freezer.state"), "THAWED").catch(() => null);
  }

  async function remove(roomId: string): Promise<void> {
    await Promise.all(
      roots.map(async (root) => {
        await until(async () => {
          const error = await rmdir(join(root, parent, roomId)).catch((e: Error) => e);
          return (error as NodeJS.ErrnoException | undefined)?.code !== "EBUSY";
        });
        await rmdir(join(root, parent)).catch(() => null); // other rooms still have their groups in it
      }),
    );
  }

  async function memoryBytes(roomId: string): Promise<number> {
    const memory = groupOf(roomId, "memory");
    if (memory === null) return 0;
    const name = memory.version === 1 ? "memory.usage_in_bytes" : "memory.current";
    return Number(await read(join(memory.path, name))) || 0;
  }

  async function processCount(roomId: string): Promise<number> {
    const [root] = roots;
    if (root === undefined) return 0;
    const pids = await read(join(root, parent, roomId, "cgroup.procs"));
    return pids.split("\n").filter(Boolean).length;
  }

  /** How often the kernel killed a process of this room for want of memory. */
  async function memoryKills(roomId: string): Promise<number> {
    const memory = groupOf(roomId, "memory");
    if (memory === null) return 0;
    const name = memory.version === 1 ? "memory.oom_control" : "memory.events";
    return Number(/^oom_kill (\d+)/m.exec(await read(join(memory.path, name)))?.[1] ?? 0);
  }

  return {
    parent,
    create,
    place,
    limitCpu,
    freeze,
    kill,
    remove,
    memoryBytes,
    processCount,
    memoryKills,
  };
}
export type RoomCgroups = ReturnType<typeof createRoomCgroups>;

async function until(isDone: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 2_000;
  while (!(await isDone()) && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 1));
}

const read = async (path: string) => (await readFile(path, "utf8").catch(() => "")).trim();

const isWritable = async (path: string) =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
