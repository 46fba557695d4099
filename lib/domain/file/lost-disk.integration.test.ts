import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { CommitCause } from "@/lib/protocol/store";
import { filled } from "@/test/host/file-call";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { saveEdits } from "../checkpoint/save-edits";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { createWorkroom } from "../workroom/create-workroom";
import { reconcileWorkroom } from "../workroom/reconcile-workroom";
import { sleepWorkroom } from "../workroom/sleep-workroom";
import { wakeWorkroom } from "../workroom/wake-workroom";
import { changeByOp, lookAtFiles } from "./file-verbs";
import { openTree } from "./open-tree";
import { profileFile } from "./profile-file";

// A room that sleeps, and whose disk is gone: its files are in the store only.

const table = "region,revenue\nNorth,1\nSouth,2\n";
const cause: CommitCause = { reason: "edit", turnId: null, actorId: null };
let installation: Installation;
let provisioner: ReturnType<typeof createFakeProvisioner>;
let dataDir: string;
let ctx: Context;
let workroomId: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "wr-lost-"));
  provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(() => installation.close());
beforeEach(async () => {
  ctx = await addPerson(installation.ports);
  workroomId = (await createWorkroom.run(ctx, { isDraft: false })).id;
  await reconcileWorkroom(ctx, workroomId);
  await ctx.host.writeFile(workroomId, "input/sales.csv", Readable.from([Buffer.from(table)]));
  await write("output/page.html", "<h1>");
  await sleepWorkroom.run(ctx, { workroomId });
  await reconcileWorkroom(ctx, workroomId);
  await provisioner.destroy(workroomId);
});

const write = (path: string, content: string, ifMatch?: string) =>
  changeByOp(ctx, workroomId, "write", filled("write", { path, content, ifMatch }));
const read = (path: string) => lookAtFiles(ctx, workroomId, "read", filled("read", { path }));
const pathsIn = async (path: string) => {
  const { nodes } = await lookAtFiles(ctx, workroomId, "ls", filled("ls", { path }));
  return nodes.map((node) => node.path);
};
const isOnDisk = () => existsSync(join(dataDir, "rooms", workroomId));
const stateOf = async () => {
  const [room] = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.select().from(workrooms).where(eq(workrooms.id, workroomId)),
  );
  return room?.state;
};

test("is listed and read from what was saved last, without waking it or making a disk", async () => {
  expect(await pathsIn("")).toEqual(["input", "output"]);
  expect(await pathsIn("input")).toEqual(["input/sales.csv"]);
  expect(await read("output/page.html")).toMatchObject({
    content: "<h1>",
  });
  expect(
    await profileFile.run(ctx, { workspaceId: workroomId, path: "input/sales.csv" }),
  ).toMatchObject({
    rowCount: 2,
  });
  const tree = await openTree(ctx, workroomId);
  const part = await tree.read("input/sales.csv", { offset: 7, length: 7 });
  expect([await text(part.body), part.size]).toEqual(["revenue", table.length]);
  await expect(tree.stat("gone")).rejects.toMatchObject({ code: "not_found" });
  expect([isOnDisk(), await stateOf()]).toEqual([false, "sleeping"]);
});

test("an edit is made to the files that were saved, and none of the others is lost", async () => {
  const { etag } = await read("output/page.html");
  await expect(write("output/page.html", "<h2>", "0".repeat(64))).rejects.toMatchObject({
    code: "conflict",
    details: { errno: "ESTALE" },
  });
  await write("output/page.html", "<h2>", etag);
  await saveEdits(ctx, { workroomId, actorId: "usr_x" });
  const saved = await takeCheckpoint(ctx, workroomId, cause);
  expect(saved).toMatchObject({ reason: "edit", added: 0, changed: 1, removed: 0 });
  await wakeWorkroom.run(ctx, { workroomId });
  await reconcileWorkroom(ctx, workroomId);
  expect(await pathsIn("input")).toEqual(["input/sales.csv"]);
  expect(await read("output/page.html")).toMatchObject({
    content: "<h2>",
  });
});

test("a file is deleted among the others, and saving the rest says so", async () => {
  await changeByOp(ctx, workroomId, "delete", filled("delete", { path: "output/page.html" }));
  const saved = await takeCheckpoint(ctx, workroomId, cause);
  expect(saved).toMatchObject({ added: 0, changed: 0, removed: 1 });
  expect(await pathsIn("input")).toEqual(["input/sales.csv"]);
});

test("a checkpoint of it is the one before: nothing is newer", async () => {
  const first = await takeCheckpoint(ctx, workroomId, cause);
  expect(await takeCheckpoint(ctx, workroomId, cause)).toEqual(first);
  expect(isOnDisk()).toBe(false);
});

test("two edits at once bring the files back once, and both count", async () => {
  await Promise.all([write("output/a", "a"), write("output/b", "b")]);
  expect(await pathsIn("output")).toEqual(["output/a", "output/b", "output/page.html"]);
  expect(await takeCheckpoint(ctx, workroomId, cause)).toMatchObject({ added: 2, removed: 0 });
});
