import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { appendFile, mkdir, open as openFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { SegmentRef } from "@/lib/protocol/store";
import { readEntryBytes } from "@/lib/workspace/read-entry";
import { openState } from "@/lib/workspace/workspace-state";
import { openRoomStore, sha } from "@/test/host/room-store-kit";

const kit = await openRoomStore();
const { store, start, createRoom } = kit;
afterAll(kit.close);
const wait = { timeout: 20_000, interval: 50 };
const sync = { reason: "sync", turnId: null, actorId: null } as const;
const call = { reason: "call", turnId: null, actorId: null } as const;

/** A watched room whose reports are committed as the web commits them. */
async function watchRoom(over: ObjectStore = store) {
  const room = await createRoom();
  const by = start(over);
  await kit.openIn(by, room.roomId, { isLive: true });
  const reported: SegmentRef[] = [];
  const timer = setInterval(() => {
    for (const event of kit.events.splice(0)) {
      if (event.type !== "segments") continue;
      reported.push(...event.segments);
      kit.commit(event.roomId === room.roomId ? by : kit.rooms, event.roomId, event.segments);
    }
  }, 10);
  const tree = () => openState(store, kit.stateNow(room.roomId));
  const saved = async (path: string) => {
    const entry = (await tree()).find(path);
    return entry?.type === "file"
      ? (await readEntryBytes(store, entry, 1e9)).toString()
      : undefined;
  };
  return { ...room, by, tree, saved, reported, stop: () => clearInterval(timer) };
}

describe("a watched room", () => {
  test("has what its programs write committed within three seconds, deletes and renames too", async () => {
    const room = await watchRoom();
    await room.write("a/b/c.txt", "one");
    const since = performance.now();
    await expect.poll(() => room.saved("a/b/c.txt"), wait).toBe("one");
    expect(performance.now() - since).toBeLessThan(3_000);
    await writeFile(join(room.root, "a/b/c.txt"), "two");
    await expect.poll(() => room.saved("a/b/c.txt"), wait).toBe("two");
    await rename(join(room.root, "a"), join(room.root, "moved"));
    await expect.poll(() => room.saved("moved/b/c.txt"), wait).toBe("two");
    expect((await room.tree()).find("a")).toBeUndefined();
    await rm(join(room.root, "moved/b"), { recursive: true });
    await expect.poll(async () => (await room.tree()).find("moved/b"), wait).toBeUndefined();
    // A folder that comes back under its name is watched again.
    await room.write("moved/b/new.txt", "three");
    await expect.poll(() => room.saved("moved/b/new.txt"), wait).toBe("three");
    await writeFile(join(room.root, "moved/b/new.txt"), "four");
    await expect.poll(() => room.saved("moved/b/new.txt"), wait).toBe("four");
    room.stop();
  });

  test("makes no request while nothing changes", async () => {
    let puts = 0;
    const counting: ObjectStore = { ...store, put: (...put) => ((puts += 1), store.put(...put)) };
    const room = await watchRoom(counting);
    await room.write("a", "x");
    await expect.poll(() => room.saved("a"), wait).toBe("x");
    await expect.poll(() => room.by.waiting(room.roomId), wait).toEqual({ files: 0, bytes: 0 });
    const before = puts;
    await room.by.flush({ roomId: room.roomId, epoch: 1, cause: sync });
    expect(puts).toBe(before);
    room.stop();
  });

  test(
    "follows a burst of thousands of files to the last one, also in folders too crowded to be watched",
    { timeout: 120_000 },
    async () => {
      const room = await watchRoom();
      for (let i = 0; i < 40; i += 1) {
        const folder = i % 2 ? `node_modules/p${i}/lib` : `src/d${i}`;
        await mkdir(join(room.root, folder), { recursive: true });
        for (let j = 0; j < 50; j += 1)
          appendFileSync(join(room.root, folder, `f${j}`), `${i} ${j}`);
      }
      const count = async () =>
        (await room.tree()).entries.filter((one) => one.type === "file").length;
      await expect.poll(count, { timeout: 60_000, interval: 200 }).toBe(2_000);
      expect(await room.saved("node_modules/p39/lib/f49")).toBe("39 49");
      expect(room.reported.length).toBeLessThan(200);
      room.stop();
    },
  );

  test("keeps going while the store is down, and loses nothing", async () => {
    let isDown = true;
    const failing: ObjectStore = {
      ...store,
      put: (...put) => (isDown ? Promise.reject(new Error("503")) : store.put(...put)),
    };
    const room = await watchRoom(failing);
    await room.write("a", "first");
    await expect.poll(() => room.by.waiting(room.roomId).files, wait).toBeGreaterThan(0);
    await room.write("a", "second");
    await room.write("b", "third");
    isDown = false;
    await expect.poll(() => room.saved("a"), wait).toBe("second");
    await expect.poll(() => room.saved("b"), wait).toBe("third");
    room.stop();
  });

  test("does not take a disk that is being removed for files that were deleted", async () => {
    const room = await watchRoom();
    for (let i = 0; i < 20; i += 1) await room.write(`d/${i}`, "kept");
    await expect.poll(() => room.saved("d/19"), wait).toBe("kept");
    await rm(join(kit.dataDir, "rooms", room.roomId), { recursive: true });
    await expect
      .poll(() => room.by.flush({ roomId: room.roomId, epoch: 1, cause: sync }).catch(String), wait)
      .toBeNull();
    expect(await room.saved("d/0")).toBe("kept");
    room.stop();
  });
});

describe("a flush", () => {
  test("of one path makes it durable at once, whatever else waits", async () => {
    const room = await watchRoom();
    await expect.poll(() => room.tree().then(({ entries }) => entries.length), wait).toBe(2);
    await room.write("deep/er/x.txt", "mine");
    const { roomId } = room;
    const flushed = await room.by.flush({
      roomId,
      epoch: 1,
      cause: call,
      paths: ["deep/er/x.txt"],
    });
    kit.commit(room.by, roomId, flushed!.segments);
    expect(await room.saved("deep/er/x.txt")).toBe("mine");
    await rm(join(room.root, "deep"), { recursive: true });
    const removed = await room.by.flush({
      roomId,
      epoch: 1,
      cause: call,
      paths: ["deep/er/x.txt"],
    });
    kit.commit(room.by, roomId, removed!.segments);
    expect((await room.tree()).find("deep")).toBeUndefined();
    room.stop();
  });

  test("answers null in another epoch than the room was opened in", async () => {
    const room = await watchRoom();
    expect(await room.by.flush({ roomId: room.roomId, epoch: 2, cause: sync })).toBeNull();
    room.stop();
  });

  test(
    "fails in time when the store hangs, and the change is saved when it answers",
    { timeout: 90_000 },
    async () => {
      let letGo: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const hanging: ObjectStore = {
        ...store,
        put: async (...put) => (await held, store.put(...put)),
      };
      const room = await watchRoom(hanging);
      await room.write("a", "x");
      const flush = room.by.flush({ roomId: room.roomId, epoch: 1, cause: sync });
      await expect(flush).rejects.toMatchObject({ code: "unavailable" });
      letGo();
      await expect.poll(() => room.saved("a"), wait).toBe("x");
      room.stop();
    },
  );
});

describe("a big file", () => {
  const MiB = 1_048_576;
  test("is written in pieces: only those that changed, and what was appended, are written again", async () => {
    const room = await createRoom();
    const body = randomBytes(20 * MiB);
    await room.write("big", body);
    const first = await room.snapshot(null);
    const bytesOf = (commits: readonly SegmentRef[]) =>
      commits.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(bytesOf(first.commits)).toBeGreaterThan(20 * MiB);

    const file = await openFile(join(room.root, "big"), "r+");
    await file.write("changed", 9 * MiB);
    await file.close();
    const second = await room.snapshot(first.manifest);
    expect(bytesOf(second.commits)).toBeLessThan(4.1 * MiB);

    await appendFile(join(room.root, "big"), "tail");
    const third = await room.snapshot(second.manifest);
    expect(bytesOf(third.commits)).toBeLessThan(20_000);

    body.write("changed", 9 * MiB);
    const whole = await kit.contentOf(third, "big");
    expect(sha(whole)).toBe(sha(Buffer.concat([body, Buffer.from("tail")])));
    await rename(join(room.root, "big"), join(room.root, "renamed"));
    const fourth = await room.snapshot(third.manifest);
    expect(bytesOf(fourth.commits)).toBeLessThan(20_000);
    expect(sha(await kit.contentOf(fourth, "renamed"))).toBe(sha(whole));
  });

  test("that grows bit by bit does not fall to bits", async () => {
    const room = await createRoom();
    await room.write("log", randomBytes(2 * MiB));
    let last = await room.snapshot(null);
    for (let i = 0; i < 20; i += 1) {
      await appendFile(join(room.root, "log"), `line ${i}\n`);
      last = await room.snapshot(last.manifest);
    }
    const entry = (await kit.open(last)).find("log");
    expect(entry?.type === "file" && entry.extents.length).toBeLessThan(12);
    expect((await kit.contentOf(last, "log")).toString("latin1")).toMatch(
      /line 0\n(.*\n)*line 19\n$/,
    );
  });
});
