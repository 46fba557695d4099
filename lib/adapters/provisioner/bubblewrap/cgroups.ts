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

type Group = { path: string; version: 1 | 2 };

/** The cgroups of the rooms of one data folder. Each method is a no-op where the host lacks the controller. */
export class RoomCgroups {
  /** Name of the group that holds the groups of this data folder's rooms. */
  readonly parent: string;
  private readonly roots: readonly string[];

  constructor(
    dataDir: string,
    private readonly layout: CgroupLayout,
  ) {
    this.parent = `workroom-${createHash("sha256").update(dataDir).digest("hex").slice(0, 12)}`;
    const folders = Object.values(layout.folders).map((folder) => folder.root);
    this.roots = [...new Set([...folders, ...(layout.unified === null ? [] : [layout.unified])])];
  }

  async create(roomId: string, limits: RoomLimits): Promise<void> {
    await Promise.all(
      this.roots.map((root) => mkdir(join(root, this.parent, roomId), { recursive: true })),
    );
    await this.shareControllers();
    const memory = this.group(roomId, "memory");
    const pids = this.group(roomId, "pids");
    const bytes = String(limits.memoryBytes);
    if (memory?.version === 1) await writeFile(join(memory.path, "memory.limit_in_bytes"), bytes);
    if (memory?.version === 2) {
      await writeFile(join(memory.path, "memory.max"), bytes);
      await writeFile(join(memory.path, "memory.swap.max"), "0").catch(() => null);
    }
    if (pids) await writeFile(join(pids.path, "pids.max"), String(limits.maxPids));
  }

  /** Moves a process in: everything it starts later is inside from its first instruction. */
  async place(roomId: string, pid: number): Promise<void> {
    const groups = this.roots.map((root) => join(root, this.parent, roomId, "cgroup.procs"));
    await Promise.all(groups.map((path) => writeFile(path, String(pid))));
  }

  /** Set after the first answer of the engine: a quota during the start makes it several times slower. */
  async limitCpu(roomId: string, cores: number): Promise<void> {
    const cpu = this.group(roomId, "cpu");
    const quota = Math.max(1_000, Math.round(cores * CPU_PERIOD_US));
    if (cpu?.version === 1) await writeFile(join(cpu.path, "cpu.cfs_quota_us"), String(quota));
    if (cpu?.version === 2) await writeFile(join(cpu.path, "cpu.max"), `${quota} ${CPU_PERIOD_US}`);
  }

  /** Resolves when no process of the room runs any more, or when they run again. */
  async freeze(roomId: string, isFrozen: boolean): Promise<void> {
    const unified = this.unifiedGroup(roomId);
    if (unified !== null && (await isWritable(join(unified, "cgroup.freeze")))) {
      await writeFile(join(unified, "cgroup.freeze"), isFrozen ? "1" : "0");
      const wanted = `frozen ${isFrozen ? 1 : 0}`;
      await until(async () => (await read(join(unified, "cgroup.events"))).includes(wanted));
      return;
    }
    const freezer = this.group(roomId, "freezer");
    if (freezer === null) return;
    const wanted = isFrozen ? "FROZEN" : "THAWED";
    await writeFile(join(freezer.path, "freezer.state"), wanted);
    await until(async () => (await read(join(freezer.path, "freezer.state"))) === wanted);
  }

  /** Kills every process of the room's group at once, where the kernel can; frozen ones too. */
  async kill(roomId: string): Promise<void> {
    const unified = this.unifiedGroup(roomId);
    if (unified !== null) await writeFile(join(unified, "cgroup.kill"), "1").catch(() => null);
    const freezer = this.group(roomId, "freezer");
    if (freezer?.version === 1)
      await writeFile(join(freezer.path, "freezer.state"), "THAWED").catch(() => null);
  }

  async remove(roomId: string): Promise<void> {
    await Promise.all(
      this.roots.map(async (root) => {
        await until(async () => {
          const error = await rmdir(join(root, this.parent, roomId)).catch((e: Error) => e);
          return (error as NodeJS.ErrnoException | undefined)?.code !== "EBUSY";
        });
        await rmdir(join(root, this.parent)).catch(() => null); // other rooms still have their groups in it
      }),
    );
  }

  async memoryBytes(roomId: string): Promise<number> {
    const memory = this.group(roomId, "memory");
    if (memory === null) return 0;
    const name = memory.version === 1 ? "memory.usage_in_bytes" : "memory.current";
    return Number(await read(join(memory.path, name))) || 0;
  }

  async processCount(roomId: string): Promise<number> {
    const [root] = this.roots;
    if (root === undefined) return 0;
    const pids = await read(join(root, this.parent, roomId, "cgroup.procs"));
    return pids.split("\n").filter(Boolean).length;
  }

  /** How often the kernel killed a process of this room for want of memory. */
  async memoryKills(roomId: string): Promise<number> {
    const memory = this.group(roomId, "memory");
    if (memory === null) return 0;
    const name = memory.version === 1 ? "memory.oom_control" : "memory.events";
    return Number(/^oom_kill (\d+)/m.exec(await read(join(memory.path, name)))?.[1] ?? 0);
  }

  private group(roomId: string, name: Controller): Group | null {
    const folder = this.layout.folders[name];
    if (folder === undefined) return null;
    return { path: join(folder.root, this.parent, roomId), version: folder.version };
  }

  private unifiedGroup(roomId: string): string | null {
    const { unified } = this.layout;
    return unified === null ? null : join(unified, this.parent, roomId);
  }

  /** In the unified hierarchy a group hands each controller on to the groups below it. */
  private async shareControllers(): Promise<void> {
    const { unified, folders } = this.layout;
    const shared = Object.entries(folders).filter(([, folder]) => folder.version === 2);
    if (unified === null || shared.length === 0) return;
    const path = join(unified, this.parent, "cgroup.subtree_control");
    await writeFile(path, shared.map(([name]) => `+${name}`).join(" "));
  }
}

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
