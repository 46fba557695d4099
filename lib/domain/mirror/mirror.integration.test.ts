import { mkdtempSync } from "node:fs";
import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openS3Client } from "@/lib/adapters/object-store/open-s3-client";
import { createS3ObjectStore } from "@/lib/adapters/object-store/s3-object-store";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { newId, randomBase32 } from "@/lib/ids";
import type { ObjectStore } from "@/lib/ports/object-store";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { makeBucket, openS3 } from "@/test/object-store/open-s3";
import type { S3Server } from "@/test/object-store/start-radosgw";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import { createStorage } from "../storage/create-storage";
import { importBucket } from "./import-bucket";
import { mirrorWorkspace } from "./mirror-workspace";

let s3: S3Server;
let installation: Installation;
let ctx: Context;
let dataDir: string;
let roomId: string;
let bucket: ObjectStore;
let folder: string;

beforeAll(async () => {
  s3 = await openS3();
  dataDir = mkdtempSync(join(tmpdir(), "wr-mirror-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
    allowedEndpoints: [new URL(s3.endpoint).host],
  });
  ctx = await addPerson(installation.ports);
}, 120_000);
afterAll(() => installation.close());

beforeEach(async () => {
  if (ctx.actor.kind !== "user") throw new Error("a person");
  const name = await makeBucket(s3);
  const { endpoint, region, accessKeyId, secretAccessKey } = s3;
  const place = { endpoint, region, bucket: name, prefix: "team/files", accessKeyId };
  const { id: storageId } = await createStorage.run(
    ctx,
    createStorage.input.parse({ ...place, secretAccessKey }),
  );
  bucket = createS3ObjectStore({ ...place, client: openS3Client(s3) });
  roomId = newId("workroom");
  const row = { id: roomId, orgId: ctx.orgId, title: "Room", createdBy: ctx.actor.userId };
  const state = { desiredState: "sleeping", previewKey: randomBase32(16) } as const;
  await inSystem(ctx.db, (tx) => tx.insert(workrooms).values({ ...row, ...state, storageId }));
  folder = join(dataDir, "rooms", roomId, "workspace");
  await mkdir(join(folder, "output/deep"), { recursive: true });
  await save("output/report.txt", "first");
  await save("output/deep/größe & co.csv", "a,b\n1,2\n");
  await mkdir(join(folder, "node_modules/x"), { recursive: true });
  await save("node_modules/x/index.js", "hidden");
  await symlink("report.txt", join(folder, "output/latest"));
  await commit();
  await mirrorWorkspace(ctx, roomId);
});

const save = (path: string, content: string) => writeFile(join(folder, path), content);
const read = (path: string) => readFile(join(folder, path), "utf8");
const commit = () => takeCheckpoint(ctx, roomId, { reason: "edit", turnId: null, actorId: null });
const plain = async () =>
  (await bucket.list("", { limit: 100 })).filter((key) => !key.startsWith(".workroom/"));
const content = async (key: string) => text(await bucket.get(key));

test("the bucket holds ordinary files by their own names; what tools fill is not among them", async () => {
  expect(await plain()).toEqual([
    "output/deep/größe & co.csv",
    "output/latest",
    "output/report.txt",
  ]);
  expect(await content("output/report.txt")).toBe("first");
  expect((await bucket.stat("output/report.txt"))?.metadata["wr-mode"]).toMatch(/^6\d\d$/);
  expect((await bucket.stat("output/latest"))?.metadata["wr-type"]).toBe("symlink");
});

test("changes, renames and removals follow, and nothing is put twice", async () => {
  const before = await bucket.stat("output/deep/größe & co.csv");
  await save("output/report.txt", "second");
  await rm(join(folder, "output/latest"));
  await save("output/new.txt", "new");
  await commit();
  await mirrorWorkspace(ctx, roomId);
  expect(await plain()).toEqual([
    "output/deep/größe & co.csv",
    "output/new.txt",
    "output/report.txt",
  ]);
  expect(await content("output/report.txt")).toBe("second");
  expect(await bucket.stat("output/deep/größe & co.csv")).toEqual(before);
});

test("what somebody puts, changes or deletes in the bucket comes into the workspace", async () => {
  await bucket.put("output/theirs.txt", Buffer.from("from outside"));
  await bucket.put("output/report.txt", Buffer.from("changed outside"));
  await bucket.delete("output/deep/größe & co.csv");
  const done = await importBucket(ctx, roomId);
  expect(done.imported.toSorted()).toEqual(["output/report.txt", "output/theirs.txt"]);
  expect(done.removed).toEqual(["output/deep/größe & co.csv"]);
  expect(await read("output/theirs.txt")).toBe("from outside");
  expect(await read("output/report.txt")).toBe("changed outside");
  await expect(read("output/deep/größe & co.csv")).rejects.toThrow("ENOENT");
  expect(await importBucket(ctx, roomId)).toEqual({ imported: [], removed: [], copies: [] });
});

test("changed on both sides, the bucket's version keeps the name and ours is kept beside it", async () => {
  await save("output/report.txt", "ours");
  await commit();
  await bucket.put("output/report.txt", Buffer.from("theirs"));
  expect((await mirrorWorkspace(ctx, roomId)).foreign).toEqual(["output/report.txt"]);
  const { copies } = await importBucket(ctx, roomId);
  expect(copies[0]).toMatch(/^output\/report \(workroom copy .*\)\.txt$/);
  expect(await read("output/report.txt")).toBe("theirs");
  expect(await read(copies[0] ?? "")).toBe("ours");
  await mirrorWorkspace(ctx, roomId);
  expect(await content(copies[0] ?? "")).toBe("ours");
});

test("deleted there and changed here, it stays and goes back to the bucket", async () => {
  await save("output/report.txt", "changed here");
  await commit();
  await bucket.delete("output/report.txt");
  expect((await importBucket(ctx, roomId)).removed).toEqual([]);
  await mirrorWorkspace(ctx, roomId);
  expect(await content("output/report.txt")).toBe("changed here");
});
