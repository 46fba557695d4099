import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { RoomCgroups } from "./cgroups";

// A plain folder in place of the unified hierarchy of a cgroup v2 host: what is written, and where.
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "workroom-cgroup-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const limits = { memoryBytes: 1_000_000, cpuCores: 0.5, maxPids: 77, diskBytes: 1 };

function openGroups() {
  const controller = { root, version: 2 } as const;
  const folders = { memory: controller, cpu: controller, pids: controller };
  const groups = new RoomCgroups("/data", { folders, unified: root });
  const roomId = newId("workroom");
  const file = (name: string) => join(root, groups.parent, roomId, name);
  return { groups, roomId, file, read: (name: string) => readFileSync(file(name), "utf8") };
}

test("on a cgroup v2 host the limits go to the room's group, and the controllers are handed on to it", async () => {
  const { groups, roomId, read } = openGroups();
  await groups.create(roomId, limits);
  await groups.limitCpu(roomId, limits.cpuCores);
  await groups.place(roomId, 4_321);
  expect(read("memory.max")).toBe("1000000");
  expect(read("memory.swap.max")).toBe("0");
  expect(read("pids.max")).toBe("77");
  expect(read("cpu.max")).toBe("50000 100000");
  expect(read("cgroup.procs")).toBe("4321");
  expect(readFileSync(join(root, groups.parent, "cgroup.subtree_control"), "utf8")).toBe(
    "+memory +cpu +pids",
  );
});

test("on a cgroup v2 host a room is frozen, counted and killed through its own group", async () => {
  const { groups, roomId, file, read } = openGroups();
  await groups.create(roomId, limits);
  writeFileSync(file("cgroup.freeze"), "0");
  writeFileSync(file("cgroup.events"), "populated 1\nfrozen 1\n");
  writeFileSync(
    file("memory.events"),
    "low 0\nhigh 0\nmax 9\noom 2\noom_kill 3\noom_group_kill 0\n",
  );
  writeFileSync(file("memory.current"), "12345\n");
  writeFileSync(file("cgroup.procs"), "1\n2\n3\n");
  await groups.freeze(roomId, true);
  expect(read("cgroup.freeze")).toBe("1");
  expect(await groups.memoryKills(roomId)).toBe(3);
  expect(await groups.memoryBytes(roomId)).toBe(12_345);
  expect(await groups.processCount(roomId)).toBe(3);
  await groups.kill(roomId);
  expect(read("cgroup.kill")).toBe("1");
});

test("two data folders never share a group", () => {
  const layout = { folders: {}, unified: null };
  const names = ["/a", "/b"].map((dataDir) => new RoomCgroups(dataDir, layout).parent);
  expect(new Set(names).size).toBe(2);
});

test("a host without cgroups is left alone: nothing is written, nothing counted", async () => {
  mkdirSync(join(root, "elsewhere"));
  const groups = new RoomCgroups("/data", { folders: {}, unified: null });
  const roomId = newId("workroom");
  await groups.create(roomId, limits);
  await groups.place(roomId, process.pid);
  await groups.freeze(roomId, true);
  await groups.kill(roomId);
  await groups.remove(roomId);
  expect(await groups.memoryKills(roomId)).toBe(0);
  expect(readdirSync(root)).toEqual(["elsewhere"]);
});
