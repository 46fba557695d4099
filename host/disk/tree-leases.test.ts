import { expect, test } from "vitest";
import { newId } from "@/lib/ids";
import type { WorkspaceAttach } from "@/lib/ports/provisioner";
import { createTreeLeases } from "./tree-leases";

const roomId = newId("workroom");

/** Disks that only remember what was asked of them. */
function createDisks() {
  const asked: string[] = [];
  const disks: WorkspaceAttach = {
    async attach() {
      asked.push("attach");
      return { root: "/nowhere", uid: 0, gid: 0, isNew: false };
    },
    async detach() {
      asked.push("detach");
    },
  };
  return { asked, leases: createTreeLeases(disks) };
}

test("a disk is detached when it was idle for long enough, once", async () => {
  const { asked, leases } = createDisks();
  await leases.withTree(roomId, async () => undefined);
  await leases.detachIdle(60_000);
  expect(asked).toEqual(["attach"]);
  await leases.detachIdle(0);
  await leases.detachIdle(0);
  expect(asked).toEqual(["attach", "detach"]);
});

test("a disk is never detached under somebody who reads it, however long that takes", async () => {
  const { asked, leases } = createDisks();
  const done = leases.hold(roomId);
  await leases.withTree(roomId, async () => leases.detachIdle(0));
  await leases.detachIdle(0);
  expect(asked).toEqual(["attach"]);
  done();
  done();
  await leases.detachIdle(0);
  expect(asked).toEqual(["attach", "detach"]);
});

test("a use that fails is over all the same", async () => {
  const { asked, leases } = createDisks();
  const failing = leases.withTree(roomId, async () => {
    throw new Error("broken");
  });
  await expect(failing).rejects.toThrow("broken");
  await leases.detachIdle(0);
  expect(asked).toEqual(["attach", "detach"]);
});
