import { createHash, randomBytes } from "node:crypto";
import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makeBucket, openS3 } from "@/test/object-store/open-s3";
import type { S3Server } from "@/test/object-store/start-radosgw";
import { startS3Faults } from "@/test/object-store/start-s3-faults";
import { openS3Client } from "./open-s3-client";
import { createS3ObjectStore } from "./s3-object-store";

let server: S3Server;
let faults: Awaited<ReturnType<typeof startS3Faults>>;
beforeAll(async () => {
  server = await openS3();
  faults = await startS3Faults(server.endpoint);
}, 120_000);
afterEach(() => faults.heal());
afterAll(() => faults.close());

/** Through the faults, and beside them. */
async function openBoth() {
  const bucket = await makeBucket(server);
  const place = { ...server, endpoint: faults.endpoint };
  const client = openS3Client(place, { idleMs: 1_500, maxAttempts: 3 });
  const store = createS3ObjectStore({ client, bucket, prefix: "" });
  const truth = createS3ObjectStore({ client: openS3Client(server), bucket, prefix: "" });
  return { bucket, store, truth };
}
const busy = { kind: "status", status: 503, code: "SlowDown" } as const;
const denied = { kind: "status", status: 403, code: "AccessDenied" } as const;
const sha = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("a server that is overloaded", () => {
  test("is asked again, so a short moment of it is not noticed", async () => {
    const { store, truth } = await openBoth();
    faults.inject(busy, { times: 2 });
    await store.put("a", Buffer.from("x"));
    expect((await truth.getBytes("a")).toString()).toBe("x");
  });

  test("for long gives `unavailable`; the same call works later", async () => {
    const { store } = await openBoth();
    await store.put("a", Buffer.from("old"));
    faults.inject(busy);
    const failure = { code: "unavailable", message: expect.stringContaining("(503)") };
    await expect(store.put("a", Buffer.from("new"))).rejects.toMatchObject(failure);
    await expect(store.getBytes("a")).rejects.toMatchObject(failure);
    await expect(store.list("")).rejects.toMatchObject(failure);
    await expect(store.delete("a")).rejects.toMatchObject(failure);
    await expect(store.size("a")).rejects.toMatchObject({ code: "unavailable" });
    faults.heal();
    expect((await store.getBytes("a")).toString()).toBe("old");
    await store.put("a", Buffer.from("new"));
    expect((await store.getBytes("a")).toString()).toBe("new");
  });
});

describe("a line that breaks", () => {
  test("in the middle of an answer is taken up where it was: no byte missing, none twice", async () => {
    const { store, truth } = await openBoth();
    const body = randomBytes(3_000_000);
    await truth.put("a", body);
    faults.inject({ kind: "half" }, { method: "GET", times: 3 });
    expect(sha(await store.getBytes("a"))).toBe(sha(body));
    faults.inject({ kind: "half" }, { method: "GET", times: 2 });
    const range = { start: 1_000_001, end: 2_500_000 };
    expect(sha(await store.getBytes("a", { range }))).toBe(
      sha(body.subarray(1_000_001, 2_500_001)),
    );
  });

  test("again and again ends in an error, never in a shorter body", async () => {
    const { store, truth } = await openBoth();
    await truth.put("a", randomBytes(100));
    faults.inject({ kind: "cut" }, { method: "GET" });
    await expect(store.getBytes("a")).rejects.toMatchObject({ code: "unavailable" });
  });

  test("while an object is written leaves the old one or the whole new one", async () => {
    const { store, truth } = await openBoth();
    await truth.put("a", Buffer.from("old"));
    faults.inject({ kind: "cut" }, { method: "PUT" });
    await expect(store.put("a", randomBytes(200_000))).rejects.toMatchObject({
      code: "unavailable",
    });
    expect((await truth.getBytes("a")).toString()).toBe("old");
  });

  test("does not give an object whose content was replaced between two halves", async () => {
    const { store, truth } = await openBoth();
    await truth.put("a", Buffer.alloc(2_000_000, 1));
    faults.inject({ kind: "half" }, { method: "GET", times: 1 });
    const stream = await store.get("a");
    const first = (await stream[Symbol.asyncIterator]().next()).value as Buffer;
    expect(first.length).toBeGreaterThan(0);
    await truth.put("b", Buffer.alloc(2_000_000, 2));
    stream.destroy();
    faults.inject({ kind: "status", status: 412, code: "PreconditionFailed" }, { method: "GET" });
    await expect(store.getBytes("a")).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a server that says nothing", () => {
  test("is given up after a while", async () => {
    const { store } = await openBoth();
    faults.inject({ kind: "silent" });
    const late = { code: "unavailable" };
    await expect(store.put("a", Buffer.from("x"))).rejects.toMatchObject(late);
  }, 30_000);
});

describe("a bucket that refuses", () => {
  test("writing only is still read, and the error names the missing right", async () => {
    const { store, truth, bucket } = await openBoth();
    await truth.put("a", Buffer.from("x"));
    faults.inject(denied, { method: "PUT" });
    faults.inject(denied, { method: "POST" });
    faults.inject(denied, { method: "DELETE" });
    const lacks = (right: string) => ({
      code: "forbidden",
      message: `The key of the bucket ${bucket} lacks the right s3:${right}. Give it that right, or use another key.`,
    });
    await expect(store.put("a", Buffer.from("y"))).rejects.toMatchObject(lacks("PutObject"));
    await expect(store.delete("a")).rejects.toMatchObject(lacks("DeleteObject"));
    expect((await store.getBytes("a")).toString()).toBe("x");
    await expect(store.check()).rejects.toMatchObject({ code: "forbidden" });
  });

  test("an unknown or a wrong key is said to be that", async () => {
    const { bucket } = await openBoth();
    const open = (keys: Partial<S3Server>) =>
      createS3ObjectStore({ client: openS3Client({ ...server, ...keys }), bucket, prefix: "" });
    await expect(open({ accessKeyId: "NOBODY" }).list("")).rejects.toMatchObject({
      code: "forbidden",
      message: "The storage server does not know this access key.",
    });
    await expect(open({ secretAccessKey: "wrong" }).list("")).rejects.toMatchObject({
      code: "forbidden",
      message: "The storage server says that the secret key is wrong.",
    });
  });

  test("a full one says so", async () => {
    const { store } = await openBoth();
    faults.inject({ kind: "status", status: 403, code: "QuotaExceeded" }, { method: "PUT" });
    await expect(store.put("a", Buffer.from("y"))).rejects.toMatchObject({ code: "disk_full" });
  });

  test("one that is gone is never taken for an empty one", async () => {
    const { store, truth, bucket } = await openBoth();
    await truth.put("a", Buffer.from("x"));
    await truth.delete("a");
    await openS3Client(server).send(new DeleteBucketCommand({ Bucket: bucket }));
    const gone = {
      code: "unavailable",
      message: `There is no bucket called ${bucket}. Check its name, or make it again.`,
    };
    await expect(store.list("")).rejects.toMatchObject(gone);
    await expect(store.size("a")).rejects.toMatchObject(gone);
    await expect(store.getBytes("a")).rejects.toMatchObject(gone);
    await expect(store.put("a", Buffer.from("x"))).rejects.toMatchObject(gone);
  });
});
