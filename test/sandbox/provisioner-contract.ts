import { afterEach, beforeEach, expect, test } from "vitest";
import type { Provisioner, WorkspaceAttach } from "@/lib/ports/provisioner";
import { newRoomId, roomLimits } from "./sandbox-fixture";

type Opened = { provisioner: Provisioner & WorkspaceAttach; close(): Promise<void> };

/** What every provisioner promises; called inside a `describe` for each of them. */
export function provisionerContract(open: () => Promise<Opened>): void {
  let opened: Opened;
  let roomId: string;
  const start = (epoch: number) =>
    opened.provisioner.start({ roomId, epoch, limits: roomLimits }, { timeoutMs: 20_000 });
  const states = async () =>
    (await opened.provisioner.list()).map(({ state, epoch }) => [state, epoch]);

  beforeEach(async () => {
    opened = await open();
    roomId = newRoomId();
  });
  afterEach(async () => {
    await opened.provisioner.destroy(roomId);
    await opened.close();
  });

  test("a start is repeated without a second sandbox, and a new epoch replaces the old one", async () => {
    expect(await start(1)).toMatchObject({ isAdopted: false });
    expect(await start(1)).toMatchObject({ isAdopted: true });
    expect(await states()).toEqual([["running", 1]]);
    expect(await start(2)).toMatchObject({ isAdopted: false });
    expect(await states()).toEqual([["running", 2]]);
  });

  test("freeze, thaw, stop and destroy can be repeated, also for a room that never was", async () => {
    for (const method of ["freeze", "thaw", "stop", "destroy", "detach"] as const)
      await opened.provisioner[method](roomId);
    await start(1);
    await opened.provisioner.freeze(roomId);
    await opened.provisioner.freeze(roomId);
    expect(await states()).toEqual([["frozen", 1]]);
    await opened.provisioner.thaw(roomId);
    await opened.provisioner.thaw(roomId);
    expect(await states()).toEqual([["running", 1]]);
    await opened.provisioner.stop(roomId);
    await opened.provisioner.stop(roomId);
    expect(await states()).toEqual([]);
  });

  test("a stop is no end of its own: no listener hears of it", async () => {
    const ends: unknown[] = [];
    opened.provisioner.onEnd((end) => ends.push(end));
    await start(1);
    await opened.provisioner.stop(roomId);
    expect(ends).toEqual([]);
  });

  test("the workspace is there before the first start and stays after a stop", async () => {
    const first = await opened.provisioner.attach(roomId);
    expect(first.isNew).toBe(true);
    await start(1);
    await opened.provisioner.stop(roomId);
    expect(await opened.provisioner.attach(roomId)).toEqual({ ...first, isNew: false });
  });

  test("a room that doesn't run can't be connected to", async () => {
    await expect(opened.provisioner.connect(roomId, "engine")).rejects.toMatchObject({
      code: "unavailable",
    });
  });
}
