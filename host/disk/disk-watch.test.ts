import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import type { HostEvent } from "@/lib/protocol/host";
import { createDiskWatch } from "./disk-watch";

const GB = 1_000_000_000;
const limits = { memoryBytes: 1, cpuCores: 1, maxPids: 1, diskBytes: 1 };
const log = createLog("test", "silent");
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "disk-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

describe("the disk watch", () => {
  test("freezes the rooms and refuses writes below the reserve, and takes both back by itself", async () => {
    const provisioner = createFakeProvisioner({ dataDir });
    const [one, two, paused] = [newId("workroom"), newId("workroom"), newId("workroom")];
    for (const roomId of [one, paused])
      await provisioner.start({ roomId, epoch: 1, limits }, { timeoutMs: 1 });
    await provisioner.freeze(paused);
    let freeBytes = 2 * GB;
    const events: HostEvent["event"][] = [];
    const watch = createDiskWatch({
      dataDir,
      reserveBytes: GB,
      provisioner,
      log,
      report: (event) => events.push(event),
      measure: async () => ({ freeBytes, totalBytes: 10 * GB }),
    });
    const states = async () =>
      Object.fromEntries((await provisioner.list()).map(({ roomId, state }) => [roomId, state]));

    await watch.check();
    watch.assertWritable(0.9 * GB);
    expect(() => watch.assertWritable(1.1 * GB)).toThrow("nearly full");
    expect(events).toEqual([]);

    freeBytes = GB - 1;
    await watch.check();
    expect(() => watch.assertWritable(0)).toThrow("nearly full");
    await provisioner.start({ roomId: two, epoch: 1, limits }, { timeoutMs: 1 });
    await watch.check();
    expect(await states()).toEqual({ [one]: "frozen", [two]: "frozen", [paused]: "frozen" });
    expect(watch.current()).toEqual({ freeBytes: GB - 1, totalBytes: 10 * GB, isStopped: true });

    freeBytes = GB + 1;
    await watch.check();
    // A little more than the reserve is not enough: the rooms would stop again at once.
    expect(watch.current().isStopped).toBe(true);
    freeBytes = 2 * GB;
    await watch.check();
    watch.assertWritable(0);
    expect(await states()).toEqual({ [one]: "running", [two]: "running", [paused]: "frozen" });
    expect(events.map((event) => event.type === "disk" && event.isStopped)).toEqual([true, false]);
  });

  test("measures the real disk", async () => {
    const watch = createDiskWatch({
      dataDir,
      reserveBytes: 1,
      provisioner: createFakeProvisioner({ dataDir }),
      log,
      report: () => undefined,
    });
    await watch.start();
    watch.stop();
    expect(watch.current()).toMatchObject({ isStopped: false, freeBytes: expect.any(Number) });
    expect(watch.current().totalBytes).toBeGreaterThan(watch.current().freeBytes);
  });
});
