import { mkdtempSync } from "node:fs";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDirectoryObjectStore } from "@/lib/adapters/object-store/directory-object-store";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { newId, randomBase32 } from "@/lib/ids";
import { readEntry } from "@/lib/workspace/read-entry";
import { rebuildState } from "@/lib/workspace/rebuild-state";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import { flushWorkspace } from "../commit/flush-workspace";
import { collectGarbage } from "./collect-garbage";

let installation: Installation;
let ctx: Context;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "wr-garbage-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
  ctx = await addPerson(installation.ports);
});
afterAll(() => installation.close());

const cause = { reason: "edit", turnId: null, actorId: null } as const;
const inDays = (days: number): Context => ({
  ...ctx,
  now: () => new Date(Date.now() + days * 24 * 60 * 60_000),
});

/** A room with a checkpoint, and two commits after it. */
async function makeRoom() {
  if (ctx.actor.kind !== "user") throw new Error("a person");
  const id = newId("workroom");
  const row = { id, orgId: ctx.orgId, title: "Room", createdBy: ctx.actor.userId };
  const state = { desiredState: "sleeping", previewKey: randomBase32(16) } as const;
  await inSystem(ctx.db, (tx) => tx.insert(workrooms).values({ ...row, ...state }));
  const folder = join(dataDir, "rooms", id, "workspace");
  await mkdir(join(folder, "output"), { recursive: true });
  const save = async (path: string, content: string) => {
    await writeFile(join(folder, path), content);
    const change = { workroomId: id, cause, paths: [path] };
    await flushWorkspace(ctx, change, async () => undefined);
  };
  await writeFile(join(folder, "output/a.txt"), "first");
  await takeCheckpoint(ctx, id, cause);
  await save("output/a.txt", "second");
  await rm(join(folder, "output/gone.txt"), { force: true });
  await save("output/b.txt", "after the checkpoint");
  return { id, root: null, folder, prefix: `workrooms/${id}` };
}

const contents = async (store: Context["store"], root: string) => {
  const { manifest, seq } = await rebuildState(store, root);
  const files: Record<string, string> = {};
  for (const entry of manifest.entries)
    if (entry.type === "file") files[entry.path] = await text(readEntry(store, entry));
  return { files, seq };
};

test("a workspace is rebuilt from its objects alone, also in another place, up to the first gap", async () => {
  const room = await makeRoom();
  const whole = { files: { "output/a.txt": "second", "output/b.txt": "after the checkpoint" } };
  expect(await contents(ctx.store, room.prefix)).toMatchObject(whole);
  const copy = join(dataDir, "copy");
  await cp(join(dataDir, "store", room.prefix), join(copy, "agents/elsewhere"), {
    recursive: true,
  });
  const store = createDirectoryObjectStore({ root: copy });
  expect(await contents(store, "agents/elsewhere")).toMatchObject(whole);
  // A row of segments ends at the first gap.
  const keys = await store.list("agents/elsewhere/.workroom/seg/", { limit: 10 });
  await store.delete(keys.at(-2) ?? "");
  const { files } = await contents(store, "agents/elsewhere");
  expect(files).toEqual({ "output/a.txt": "first" });
  await expect(rebuildState(store, "agents/nothing")).rejects.toThrow("no saved workspace");
});

test("what no saved state has is removed after a day; every committed state stays", async () => {
  const room = await makeRoom();
  const ours = `${room.prefix}/.workroom`;
  const orphan = `${ours}/seg/9-77-${"0".repeat(64)}`;
  await ctx.store.put(orphan, Buffer.from("of a writer that died"));
  await ctx.store.put(`${ours}/mf/${"1".repeat(64)}`, Buffer.from("never committed"));
  await ctx.store.put(`${ours}/upload/abc/part-000-3`, Buffer.from("abc"));
  expect(await collectGarbage(ctx, room)).toEqual({ objects: 0, bytes: 0 });
  expect((await collectGarbage(inDays(2), room)).objects).toBe(3);
  expect(await ctx.store.size(orphan)).toBeNull();
  expect((await contents(ctx.store, room.prefix)).files).toEqual({
    "output/a.txt": "second",
    "output/b.txt": "after the checkpoint",
  });
});
