import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStorageRoutes } from "@/host/store/storage-routes";
import { openS3Client } from "@/lib/adapters/object-store/open-s3-client";
import { createRoutedObjectStore } from "@/lib/adapters/object-store/routed-object-store";
import { createS3ObjectStore } from "@/lib/adapters/object-store/s3-object-store";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { newId, randomBase32 } from "@/lib/ids";
import type { ObjectStore } from "@/lib/ports/object-store";
import type { RoomHost } from "@/lib/ports/room-host";
import type { HostInput } from "@/lib/protocol/host";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { makeBucket, openS3 } from "@/test/object-store/open-s3";
import { startS3Faults } from "@/test/object-store/start-s3-faults";
import type { S3Server } from "@/test/object-store/start-radosgw";
import { systemContext } from "../system-context";
import { cleanStorageMove } from "./clean-storage-move";
import { listWorkspace } from "./copy-workspace";
import { createStorage } from "./create-storage";
import { cancelStorageMove, getStorageMove, moveStorage } from "./move-storage";
import { runStorageMove } from "./run-storage-move";

let s3: S3Server;
let faults: Awaited<ReturnType<typeof startS3Faults>>;
let installation: Installation;
let ctx: Context;
/** What the host does with the store, in a process of its own: it only knows what it was told. */
let hostStore: ObjectStore;

beforeAll(async () => {
  s3 = await openS3();
  faults = await startS3Faults(s3.endpoint);
  const dataDir = mkdtempSync(join(tmpdir(), "wr-moves-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
    allowedEndpoints: [new URL(s3.endpoint).host, new URL(faults.endpoint).host],
  });
  const { ports } = installation;
  const routes = createStorageRoutes();
  const managed = ports.buckets.openRoot({ kind: "managed" }, "");
  const parts = { managed, buckets: ports.buckets, findRoute: routes.find };
  const store = createRoutedObjectStore(parts);
  hostStore = store;
  const host: RoomHost = {
    ...ports.host,
    async call(method, input, options) {
      if (method !== "setStorage") return ports.host.call(method, input, options);
      const { root, route } = input as HostInput<"setStorage">;
      routes.set(root, route);
      await store.drain(root);
      return {} as never;
    },
  };
  ctx = { ...(await addPerson(ports)), host };
}, 120_000);
afterAll(async () => {
  faults.close();
  await installation.close();
});

async function makeRoom() {
  if (ctx.actor.kind !== "user") throw new Error("a person");
  const id = newId("workroom");
  const row = { id, orgId: ctx.orgId, title: "Room", createdBy: ctx.actor.userId };
  const state = { desiredState: "sleeping", previewKey: randomBase32(16) } as const;
  await inSystem(ctx.db, (tx) => tx.insert(workrooms).values({ ...row, ...state }));
  return { id, root: `workrooms/${id}` };
}

async function addBucket(endpoint = s3.endpoint) {
  const place = { ...s3, endpoint, bucket: await makeBucket(s3), prefix: "team/files" };
  const { id } = await createStorage.run(
    ctx,
    createStorage.input.parse({
      endpoint,
      region: place.region,
      bucket: place.bucket,
      prefix: place.prefix,
      accessKeyId: place.accessKeyId,
      secretAccessKey: place.secretAccessKey,
    }),
  );
  return { id, bucket: createS3ObjectStore({ ...place, client: openS3Client(s3) }) };
}

type Pace = { signal?: AbortSignal; settleMs?: number };
/** Where nobody writes meanwhile, nobody has to be waited for. */
async function run(id: string, { signal, settleMs = 50 }: Pace = {}): Promise<void> {
  const job = { ...systemContext(ctx, ctx.orgId, "move_storage"), host: ctx.host };
  await runStorageMove(job, id, signal ?? new AbortController().signal, { settleMs });
}
const start = (id: string, storageId: string | null) =>
  moveStorage.run(ctx, { workspaceId: id, storageId });
const status = async (id: string) => getStorageMove.run(ctx, { workspaceId: id });
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Segments, a large file, and plain files of every name. */
async function fill(root: string): Promise<Map<string, string>> {
  const saved = new Map<string, string>();
  const put = async (name: string, bytes: Buffer) => {
    await hostStore.put(`${root}/${name}`, bytes);
    saved.set(`${root}/${name}`, sha(bytes));
  };
  for (let i = 0; i < 60; i += 1) await put(`.workroom/seg/${i}`, randomBytes(1 + i * 97));
  await put(".workroom/seg/large", randomBytes(18_000_000));
  for (const name of ["a b+c%20.txt", "ü/日本.md", "deep/er/file", "empty"])
    await put(name, name === "empty" ? Buffer.alloc(0) : Buffer.from(name));
  return saved;
}

async function expectAll(store: ObjectStore, saved: ReadonlyMap<string, string>) {
  await Promise.all(
    [...saved].map(async ([key, hash]) => expect(sha(await store.getBytes(key))).toBe(hash)),
  );
}
/** The bucket's own view of it: the root is not in its keys. */
const expectInBucket = (bucket: ObjectStore, root: string, saved: ReadonlyMap<string, string>) =>
  expectAll(bucket, new Map([...saved].map(([key, hash]) => [key.slice(root.length + 1), hash])));

describe("moving a workspace", () => {
  test("to a bucket and back, while it is written and read, loses nothing that was acknowledged", async () => {
    const { id, root } = await makeRoom();
    const saved = await fill(root);
    const { id: storageId, bucket } = await addBucket();
    const ended = new AbortController();
    const failures: unknown[] = [];
    const writer = async (store: ObjectStore, name: string) => {
      for (let i = 0; !ended.signal.aborted; i += 1) {
        await pause(200);
        const bytes = randomBytes(2_000);
        const key = `${root}/.workroom/seg/${name}-${i}`;
        await store.put(key, bytes);
        saved.set(key, sha(bytes));
        const keys = [...saved.keys()].filter((one) => !one.endsWith("large"));
        const any = keys[Math.floor(Math.random() * keys.length)] ?? key;
        const reader = i % 2 === 0 ? ctx.store : hostStore;
        await reader.getBytes(any).then(
          (read) => sha(read) === saved.get(any) || failures.push(`${any} differs`),
          (error: unknown) => failures.push(error),
        );
      }
    };
    const writers = [writer(ctx.store, "web"), writer(hostStore, "host")];
    await start(id, storageId);
    await run(id, { settleMs: 8_000 });
    expect(await status(id)).toMatchObject({ storageId, move: { state: "done", failure: null } });
    const there = new Map(saved);
    await expectInBucket(bucket, root, there);
    await start(id, null);
    await run(id, { settleMs: 8_000 });
    ended.abort();
    await Promise.all(writers);
    expect(failures).toEqual([]);
    expect(await status(id)).toMatchObject({ storageId: null, move: { state: "done" } });
    await expectAll(ctx.store, saved);
    await expectAll(hostStore, saved);
    await expectAll(ctx.buckets.openRoot({ kind: "managed" }, root), saved);
    await expectInBucket(bucket, root, there); // the customer's copy stays the customer's
  }, 180_000);

  test("that is cut off anywhere goes on where it was", async () => {
    const { id, root } = await makeRoom();
    const saved = await fill(root);
    const { id: storageId, bucket } = await addBucket(faults.endpoint);
    await start(id, storageId);
    for (const after of [3, 20, 60, 100]) {
      const stop = new AbortController();
      const limit = faults.count() + after;
      const watch = setInterval(() => faults.count() >= limit && stop.abort(), 2);
      await run(id, { signal: stop.signal }).catch(() => undefined);
      clearInterval(watch);
      await expectAll(ctx.store, saved);
    }
    await run(id);
    expect(await status(id)).toMatchObject({ storageId, move: { state: "done" } });
    await expectInBucket(bucket, root, saved);
    expect((await bucket.list("")).length).toBe(saved.size + 1); // and the mark of whose folder it is
  }, 180_000);

  test("waits for a bucket that is away, and tells why", async () => {
    const { id, root } = await makeRoom();
    const saved = await fill(root);
    const { id: storageId, bucket } = await addBucket(faults.endpoint);
    await start(id, storageId);
    faults.inject({ kind: "status", status: 503, code: "SlowDown" }, { method: "PUT" });
    await expect(run(id)).rejects.toMatchObject({ code: "unavailable" });
    const { move } = await status(id);
    expect(move).toMatchObject({ state: "copying", failure: expect.stringContaining("(503)") });
    faults.heal();
    await run(id);
    expect((await status(id)).move).toMatchObject({ state: "done", failure: null });
    await expectInBucket(bucket, root, saved);
  }, 180_000);

  test("ends when the bucket refuses; the workspace stays where it was", async () => {
    const { id, root } = await makeRoom();
    const saved = await fill(root);
    const { id: storageId } = await addBucket(faults.endpoint);
    await start(id, storageId);
    const denied = { kind: "status", status: 403, code: "AccessDenied" } as const;
    faults.inject(denied, { method: "PUT", key: "seg/30" });
    await expect(run(id)).rejects.toMatchObject({ code: "forbidden" });
    faults.heal();
    expect(await status(id)).toMatchObject({
      storageId: null,
      move: { state: "failed", failure: expect.stringContaining("s3:PutObject") },
    });
    await expectAll(ctx.store, saved);
    await start(id, storageId); // and can be tried again
    await run(id);
    expect((await status(id)).storageId).toBe(storageId);
  }, 180_000);

  test("never mixes with what a customer has in a folder", async () => {
    const { id } = await makeRoom();
    const { id: storageId, bucket } = await addBucket();
    await bucket.put("report.pdf", Buffer.from("theirs"));
    await start(id, storageId);
    await expect(run(id)).rejects.toMatchObject({ code: "conflict" });
    expect((await status(id)).move).toMatchObject({
      state: "failed",
      failure: expect.stringContaining("not empty"),
    });
    expect(await bucket.list("")).toEqual(["report.pdf"]);
  }, 60_000);

  test("can be stopped until it switches", async () => {
    const { id, root } = await makeRoom();
    const saved = await fill(root);
    const { id: storageId } = await addBucket();
    await start(id, storageId);
    await cancelStorageMove.run(ctx, { workspaceId: id });
    await run(id);
    expect(await status(id)).toMatchObject({ storageId: null, move: { state: "cancelled" } });
    await expectAll(ctx.store, saved);
    await expect(cancelStorageMove.run(ctx, { workspaceId: id })).rejects.toMatchObject({
      code: "conflict",
    });
  }, 60_000);
});

describe("the copy that stays with Workroom", () => {
  test("is removed later, but not when the workspace came back meanwhile", async () => {
    const { id, root } = await makeRoom();
    const saved = await fill(root);
    const { id: storageId } = await addBucket();
    const managed = ctx.buckets.openRoot({ kind: "managed" }, root);
    await start(id, storageId);
    await cleanStorageMove(ctx, id); // too early: it has not even begun
    expect((await listWorkspace(managed, root)).length).toBe(saved.size);
    await run(id);
    await start(id, null);
    await cleanStorageMove(ctx, id);
    await run(id);
    await cleanStorageMove(ctx, id);
    await expectAll(managed, saved);
    await start(id, storageId);
    await run(id);
    await cleanStorageMove(ctx, id);
    expect(await listWorkspace(managed, root)).toEqual([]);
    await expectAll(hostStore, saved);
    const [room] = await inSystem(ctx.db, (tx) =>
      tx.select().from(workrooms).where(eq(workrooms.id, id)),
    );
    expect(room?.storageId).toBe(storageId);
  }, 180_000);
});
