import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { createRoomRecords } from "./room-record";

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "workroom-records-"));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test("no two rooms share a block of uids, even when they are made at once", async () => {
  const records = createRoomRecords(dataDir);
  const rooms = Array.from({ length: 20 }, () => newId("workroom"));
  const made = await Promise.all(rooms.map((roomId) => records.ensure(roomId)));
  expect(new Set(made.map((record) => record.uidIndex)).size).toBe(20);
});

test("a room keeps its block over restarts, and a gap that a destroyed room left is used again", async () => {
  const [first, second, third] = [newId("workroom"), newId("workroom"), newId("workroom")];
  const before = createRoomRecords(dataDir);
  await before.ensure(first);
  await before.ensure(second);
  const after = createRoomRecords(dataDir);
  expect(await after.ensure(second)).toEqual({ uidIndex: 1, sandbox: null, quota: null });
  rmSync(join(dataDir, "rooms", first), { recursive: true });
  expect((await after.ensure(third)).uidIndex).toBe(0);
});

test("an id that is no room's can't become a path", async () => {
  const records = createRoomRecords(dataDir);
  for (const name of ["../../etc", "wr_..", "", "wr_0123456789abcdefghij/x"])
    await expect(records.ensure(name)).rejects.toMatchObject({ code: "invalid_input" });
});
