import { randomBytes } from "node:crypto";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { stateOf } from "@/lib/workspace/workspace-state";
import type { ObjectStore } from "@/lib/ports/object-store";
import { openRoomStore } from "@/test/host/room-store-kit";

const kit = await openRoomStore();
const { dataDir, store, rooms, disks, start, createRoom, contentOf } = kit;
afterAll(kit.close);

describe("a snapshot", () => {
  test("comes through a store that tears any write, and no earlier state is touched", async () => {
    const one = await createRoom();
    await one.write("a", randomBytes(5_000_000));
    await one.write("b", randomBytes(9_000_000));
    let last = await one.snapshot(null);
    for (let failing = 0; failing < 3; failing += 1) {
      const before = last;
      const size = 5_000_001 + failing;
      await one.write("a", randomBytes(size));
      await one.write("c", randomBytes(100));
      let writes = 0;
      const flaky: ObjectStore = {
        ...store,
        put: (key, body, options) => {
          writes += 1;
          if (writes - 1 !== failing) return store.put(key, body, options);
          const halves = Readable.from(
            (async function* () {
              yield Buffer.from("half");
              throw new Error("power cut");
            })(),
          );
          return store.put(key, halves, options);
        },
      };
      // Only the manifest's own write is not tried again: the job that asked for it is.
      const save = () => kit.snapshotBy(start(flaky), one.roomId, before.manifest);
      last = await save().catch(save);
      expect((await contentOf(before, "b")).length).toBe(9_000_000);
      expect((await contentOf(last, "a")).length).toBe(size);
    }
  });

  test("never saves an empty disk in the place of one that is gone", async () => {
    const one = await createRoom();
    await one.write("a", "x");
    const { manifest } = await one.snapshot(null);
    await rm(join(dataDir, "rooms", one.roomId), { recursive: true });
    await expect(one.snapshot(manifest)).rejects.toMatchObject({ code: "conflict" });
    await rooms.restore({ roomId: one.roomId, state: stateOf(manifest) });
    expect((await one.snapshot(manifest)).removed).toBe(0);
  });

  test("never saves what a restore that was cut off has brought so far; the next restore brings all", async () => {
    const one = await createRoom();
    await one.write("a", "1");
    await one.write("big", randomBytes(5_000_000));
    const { manifest } = await one.snapshot(null);
    await rm(join(dataDir, "rooms", one.roomId), { recursive: true });
    let reads = 0;
    const cutOff = (key: string) => {
      if (key.includes("/seg/") && (reads += 1) === 2) throw new Error("power cut");
    };
    const flaky: ObjectStore = {
      ...store,
      get: async (key, options) => (cutOff(key), store.get(key, options)),
      getBytes: async (key, options) => (cutOff(key), store.getBytes(key, options)),
    };
    const { roomId } = one;
    await expect(start(flaky).restore({ roomId, state: stateOf(manifest) })).rejects.toThrow(
      "power cut",
    );
    expect((await readdir(one.root)).length).toBe(3); // input, output, and one of the two
    expect(await disks.has(roomId)).toBe(false);
    await expect(one.snapshot(manifest)).rejects.toMatchObject({ code: "conflict" });
    await start().restore({ roomId, state: stateOf(manifest) });
    expect(await disks.has(roomId)).toBe(true);
    expect(await one.snapshot(manifest)).toMatchObject({ added: 0, changed: 0, removed: 0 });
  });

  test("is refused, as a restore is, when its parent was changed in the store", async () => {
    const one = await createRoom();
    await one.write("a", "x");
    const { manifest } = await one.snapshot(null);
    const fresh = start();
    const body = await store.getBytes(manifest.key);
    body[body.length - 5]! ^= 1;
    await store.put(manifest.key, body);
    await expect(
      fresh.restore({ roomId: one.roomId, state: stateOf(manifest) }),
    ).rejects.toMatchObject({
      code: "internal",
    });
    await expect(kit.snapshotBy(fresh, one.roomId, manifest)).rejects.toMatchObject({
      code: "internal",
    });
    expect(await readFile(join(one.root, "a"), "utf8")).toBe("x");
  });

  test("with a flipped byte in a segment is not restored over good files", async () => {
    const one = await createRoom();
    await one.write("a", "saved content");
    const { manifest, commits } = await one.snapshot(null);
    const body = await store.getBytes(commits[0]!.key);
    body[body.length - 1]! ^= 1;
    await store.put(commits[0]!.key, body);
    await writeFile(join(one.root, "a"), "newer content");
    await expect(
      rooms.restore({ roomId: one.roomId, state: stateOf(manifest) }),
    ).rejects.toMatchObject({
      code: "internal",
    });
    expect(await readFile(join(one.root, "a"), "utf8")).toBe("newer content");
    expect(await readdir(one.root)).toEqual(["a", "input", "output"]);
  });
});
