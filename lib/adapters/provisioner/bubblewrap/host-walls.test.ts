import { expect, test } from "vitest";
import type { HostMeasure } from "./host-measure";
import { describeWalls } from "./host-walls";

const whole: HostMeasure = {
  isRoot: true,
  sandboxFault: null,
  uidRangeFault: null,
  egressFault: null,
  diskFault: null,
  pathFault: null,
  cgroups: {
    folders: {
      memory: { root: "/c/memory", version: 1 },
      pids: { root: "/c/pids", version: 1 },
      cpu: { root: "/c/cpu", version: 1 },
    },
    unified: "/c/unified",
  },
};

test("a machine that builds every wall opens rooms, and is not called weak even when weak ones are allowed", () => {
  expect(describeWalls(whole, true)).toMatchObject({ canOpenRooms: true, isWeak: false });
  expect(describeWalls(whole, false).walls.every((wall) => wall.remedy === null)).toBe(true);
});

test("each missing required wall closes the rooms and says what to do; weak rooms open only when allowed", () => {
  for (const fault of ["uidRangeFault", "egressFault", "pathFault"] as const) {
    const measure = { ...whole, [fault]: "no such thing" };
    expect(describeWalls(measure, false)).toMatchObject({ canOpenRooms: false, isWeak: false });
    expect(describeWalls(measure, true)).toMatchObject({ canOpenRooms: true, isWeak: true });
    const missing = describeWalls(measure, false).walls.filter((wall) => !wall.isBuilt);
    expect(missing).toHaveLength(1);
    expect(missing[0]?.remedy).toContain("no such thing");
  }
});

test("without a sandbox at all no permission opens rooms", () => {
  const measure = { ...whole, sandboxFault: "no user namespaces" };
  expect(describeWalls(measure, true).canOpenRooms).toBe(false);
});

test("limits that the machine can't enforce are told, and don't close the rooms", () => {
  const measure = {
    ...whole,
    diskFault: "no loop devices",
    cgroups: { folders: {}, unified: null },
  };
  expect(describeWalls(measure, false)).toMatchObject({
    canOpenRooms: true,
    canFreeze: false,
    limits: { memory: false, cpu: false, pids: false, disk: false },
  });
});
