import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HostMethods } from "@/host/rpc/host-methods";
import { createRoomStore } from "@/host/store/room-store";
import { createWholeDisks } from "@/host/store/whole-disks";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { workrooms, workspaceCommits } from "@/lib/db/schema";
import { createLog } from "@/lib/log";
import type { RoomHost } from "@/lib/ports/room-host";
import type { HostEvent } from "@/lib/protocol/host";
import { bringFiles } from "@/lib/domain/checkpoint/bring-files";
import { takeCheckpoint } from "@/lib/domain/checkpoint/take-checkpoint";
import type { Context } from "@/lib/domain/context";
import { openTree } from "@/lib/domain/file/open-tree";
import { systemContext } from "@/lib/domain/system-context";
import { fileCall } from "@/test/host/file-call";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { createWorkroom } from "../workroom/create-workroom";
import { bookSegments } from "./book-segments";
import { commitSegments, isRefusal } from "./commit-segments";
import { findLastState, openKeptState } from "./find-last-state";
import { flushWorkspace } from "./flush-workspace";
import { openWorkspace } from "./open-workspace";

// Real PostgreSQL, real hosts over their sockets; rooms are folders.

const wait = { timeout: 20_000, interval: 50 };
const call = { reason: "call", turnId: null, actorId: null } as const;
const nothing = async () => undefined;

let installation: Installation;
let ctx: Context;
let dataDir: string;
let worker: { stop(): Promise<void> } | undefined;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "sync-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
  });
  ctx = await addPerson(installation.ports);
});
afterAll(async () => {
  await worker?.stop();
  await installation.close();
});

const workspaceIn = (folder: string, roomId: string) => join(folder, "rooms", roomId, "workspace");

async function makeRoom(): Promise<string> {
  const { id } = await createWorkroom.run(ctx, createWorkroom.input.parse({}));
  await ctx.host.call("fileOp", {
    roomId: id,
    op: "mkdir",
    input: { path: "output" },
    isUpload: false,
  });
  return id;
}
const readRoom = (id: string) =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, id));
    return room!;
  });
const setRoom = (id: string, values: Partial<typeof workrooms.$inferInsert>) =>
  inOrg(ctx.db, ctx.orgId, (tx) => tx.update(workrooms).set(values).where(eq(workrooms.id, id)));
const commitsOf = (id: string) =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    tx
      .select()
      .from(workspaceCommits)
      .where(eq(workspaceCommits.workroomId, id))
      .orderBy(workspaceCommits.seq),
  );
const savedPaths = async (id: string) => {
  const { state } = await inOrg(ctx.db, ctx.orgId, (tx) => findLastState(tx, id));
  return (await openKeptState(ctx, state)).entries.map(({ path }) => path);
};

describe("a change by a call", () => {
  test("is committed when it is answered: the disk may go at once, and nothing is lost", async () => {
    const id = await makeRoom();
    await fileCall(ctx.host, id, "write", { path: "output/a.txt", content: "kept" });
    await flushWorkspace(ctx, { workroomId: id, cause: call, paths: ["output/a.txt"] }, nothing);
    await rm(join(dataDir, "rooms", id), { recursive: true });
    const tree = await openTree(ctx, id);
    expect(await text((await tree.read("output/a.txt")).body)).toBe("kept");
    await bringFiles(ctx, id);
    expect(await readFile(join(workspaceIn(dataDir, id), "output/a.txt"), "utf8")).toBe("kept");
  });

  test("numbers its commits without a gap, whoever writes at once, and the room knows when", async () => {
    const id = await makeRoom();
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        await fileCall(ctx.host, id, "write", { path: `output/${i}`, content: String(i) });
        await flushWorkspace(ctx, { workroomId: id, cause: call, paths: [`output/${i}`] }, nothing);
      }),
    );
    const rows = await commitsOf(id);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1));
    expect((await savedPaths(id)).filter((path) => path.startsWith("output/"))).toHaveLength(12);
    const room = await readRoom(id);
    expect(room.commitSeq).toBe(rows.length);
    expect(Date.now() - room.committedAt!.getTime()).toBeLessThan(60_000);
  });

  test("is committed with its book-keeping or not at all, and comes again", async () => {
    const id = await makeRoom();
    await fileCall(ctx.host, id, "write", { path: "output/a", content: "x" });
    const flush = { workroomId: id, cause: call, paths: ["output/a"] };
    const broken = flushWorkspace(ctx, flush, () => Promise.reject(new Error("no audit row")));
    await expect(broken).rejects.toThrow("no audit row");
    expect(await commitsOf(id)).toEqual([]);
    await flushWorkspace(ctx, flush, nothing);
    expect(await savedPaths(id)).toContain("output/a");
  });
});

describe("what a running room writes", () => {
  test("is committed by itself; after a crash of the web too", async () => {
    const id = await makeRoom();
    await setRoom(id, { state: "active", epoch: 1 });
    await openWorkspace(ctx, id);
    worker = await installation.startWorker();
    const file = join(workspaceIn(dataDir, id), "output/by-a-program");
    await writeFile(file, "1");
    await expect.poll(() => savedPaths(id), wait).toContain("output/by-a-program");
    await worker.stop();
    worker = undefined;
    await writeFile(join(workspaceIn(dataDir, id), "output/while-the-web-was-down"), "2");
    worker = await installation.startWorker();
    await expect.poll(() => savedPaths(id), wait).toContain("output/while-the-web-was-down");
    const reasons = (await commitsOf(id)).map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(["sync"]));
    await worker.stop();
    worker = undefined;
    await setRoom(id, { state: "sleeping" });
  });

  test("an older life's segments are refused, and the newer one saves the disk", async () => {
    const id = await makeRoom();
    await writeFile(join(workspaceIn(dataDir, id), "old"), "x");
    await openWorkspace(ctx, id);
    const flushed = await ctx.host.call("flush", { roomId: id, epoch: 0, cause: call });
    await setRoom(id, { epoch: 1 });
    const commit = inOrg(ctx.db, ctx.orgId, (tx) => commitSegments(tx, ctx, id, flushed!.segments));
    await expect(commit).rejects.toSatisfy(isRefusal);
    expect(await commitsOf(id)).toEqual([]);
    await flushWorkspace(ctx, { workroomId: id, cause: call }, nothing);
    expect(await savedPaths(id)).toContain("old");
    expect((await commitsOf(id)).every(({ epoch }) => epoch === 1)).toBe(true);
  });
});

describe("two hosts with a disk of one room each", () => {
  test("the stale one is refused, stops, and what it had not sent is kept as copies", async () => {
    const id = await makeRoom();
    const mine = workspaceIn(dataDir, id);
    await writeFile(join(mine, "report.txt"), "first");
    await writeFile(join(mine, "same.txt"), "same");
    await takeCheckpoint(ctx, id, call);

    const other = await openSecondHost(ctx);
    try {
      // The room moves: a new epoch, on the other host's disk.
      await setRoom(id, { epoch: 1 });
      await bringFiles(other.ctx, id);
      await openWorkspace(other.ctx, id);
      const theirs = workspaceIn(other.dataDir, id);
      await writeFile(join(theirs, "report.txt"), "by the new writer");
      await rm(join(theirs, "same.txt"));
      await flushWorkspace(other.ctx, { workroomId: id, cause: call }, nothing);

      // The old one does not know, and has changes that nobody has seen.
      await writeFile(join(mine, "report.txt"), "by the stale writer");
      const unsent = await ctx.host.call("flush", { roomId: id, epoch: 0, cause: call });
      await mkdir(join(mine, "notes"));
      await writeFile(join(mine, "notes/late.md"), "later still");
      const event = await segmentsOf(id, unsent!.segments);
      await bookSegments(systemContext(other.ctx, ctx.orgId, "test"), event);
      const names = await readdir(theirs);
      const copy = names.find((name) =>
        /^report \(workroom copy [\d-]+ \d\d\.\d\d\)\.txt$/.test(name),
      );
      expect(await readFile(join(theirs, copy!), "utf8")).toBe("by the stale writer");
      expect(await readFile(join(theirs, "report.txt"), "utf8")).toBe("by the new writer");
      expect(await savedPaths(id)).toContain(copy);

      // The room comes back to the old disk: nothing of it overwrites the newer state, and nothing is lost.
      await setRoom(id, { epoch: 2 });
      await openWorkspace(ctx, id);
      await flushWorkspace(ctx, { workroomId: id, cause: call }, nothing);
      expect(await readFile(join(mine, "report.txt"), "utf8")).toBe("by the new writer");
      expect(existsSync(join(mine, "same.txt"))).toBe(false);
      const late = (await readdir(join(mine, "notes"))).filter((name) =>
        name.startsWith("late (workroom copy"),
      );
      expect(await readFile(join(mine, "notes", late[0]!), "utf8")).toBe("later still");
      const again = (await readdir(mine)).filter((name) => name.startsWith("report ("));
      expect(again).toEqual([copy]);
      expect((await savedPaths(id)).filter((path) => path.includes("workroom copy"))).toHaveLength(
        2,
      );
    } finally {
      await other.close();
    }
  });
});

async function segmentsOf(
  roomId: string,
  segments: Extract<HostEvent["event"], { type: "segments" }>["segments"],
) {
  const writer = (await readFile(join(dataDir, "host", "writer"), "utf8")).trim();
  return { type: "segments" as const, roomId, writer, segments };
}

/** Another host's store of rooms, with disks of its own; the objects are in the same place. */
async function openSecondHost(base: Context) {
  const folder = await mkdtemp(join(tmpdir(), "sync-second-"));
  const { attach, hasDisk } = createFakeProvisioner({ dataDir: folder });
  const disks = createWholeDisks(folder, hasDisk);
  const rooms = createRoomStore({
    attach,
    disks,
    store: base.store,
    dataDir: folder,
    writer: "second",
    assertWritable: () => undefined,
    report: () => undefined,
    log: createLog("test", "silent"),
  });
  const methods: Partial<HostMethods> = {
    hasDisk: async ({ roomId }) => ({ hasDisk: await disks.has(roomId) }),
    setStorage: () => ({}),
    openWorkspace: async (input) => {
      await rooms.openWorkspace(input);
      return {};
    },
    flush: rooms.flush,
    ackSegments(input) {
      rooms.ackSegments(input);
      return {};
    },
    keepCopies: rooms.keepCopies,
    restore: rooms.restore,
  };
  const call = async (method: keyof HostMethods, input: never): Promise<unknown> =>
    methods[method]?.(input);
  return {
    dataDir: folder,
    ctx: { ...base, host: { ...base.host, call: call as RoomHost["call"] } },
    async close() {
      await rooms.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
