import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { ListMultipartUploadsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectStoreContract } from "@/lib/ports/object-store.contract";
import { makeBucket, openS3 } from "@/test/object-store/open-s3";
import type { S3Server } from "@/test/object-store/start-radosgw";
import { openS3Client } from "./open-s3-client";
import { createS3ObjectStore } from "./s3-object-store";

let server: S3Server;
let client: ReturnType<typeof openS3Client>;
beforeAll(async () => {
  server = await openS3();
  client = openS3Client(server);
}, 120_000);
afterAll(() => client.destroy());

const makeStore = async (prefix = "") =>
  createS3ObjectStore({ client, bucket: await makeBucket(server), prefix });

describe("S3 object store on radosgw, whole bucket", () => {
  objectStoreContract(() => makeStore());
});
describe("S3 object store on radosgw, below a prefix", () => {
  objectStoreContract(() => makeStore("customers/a b+c/ü"));
});

describe("S3 object store", () => {
  test("keeps metadata beside an object, of one request and of many", async () => {
    const store = await makeStore();
    const metadata = { "wr-mode": "33188", "wr-sha256": "ab" };
    await store.put("small", Buffer.from("x"), { metadata });
    await store.put("large", Readable.from(blocks(20)), { metadata });
    expect((await store.stat("small"))?.metadata).toEqual(metadata);
    expect((await store.stat("large"))?.metadata).toEqual(metadata);
  });

  test("gives up an upload in parts when its body breaks, and leaves no parts", async () => {
    const bucket = await makeBucket(server);
    const store = createS3ObjectStore({ client, bucket, prefix: "" });
    await expect(store.put("large", Readable.from(broken()))).rejects.toThrow("cut");
    expect(await store.list("")).toEqual([]);
    const open = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    expect(open.Uploads ?? []).toEqual([]);
  });

  test("never reads, writes or lists beside its prefix", async () => {
    const bucket = await makeBucket(server);
    const store = createS3ObjectStore({ client, bucket, prefix: "mine" });
    for (const Key of ["mine-too/x", "other", "mine"])
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "foreign" }));
    await store.put("x", Buffer.from("x"));
    expect(await store.list("")).toEqual(["x"]);
    for (const key of ["../other", "..", "", "x/../../other"])
      await expect(store.get(key)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("leaves out what somebody else put under names that are no keys", async () => {
    const bucket = await makeBucket(server);
    const store = createS3ObjectStore({ client, bucket, prefix: "p" });
    for (const Key of ["p/", "p/folder/", "p/a//b", "p/a/./b", "p/ok"])
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    expect(await store.list("")).toEqual(["ok"]);
  });

  test("lists more than one page, and the page after any key", async () => {
    const store = await makeStore();
    const keys = Array.from({ length: 1_203 }, (_, i) => `k/${String(i).padStart(5, "0")}`);
    for (let i = 0; i < keys.length; i += 50)
      await Promise.all(keys.slice(i, i + 50).map((key) => store.put(key, Buffer.from("x"))));
    expect(await store.list("k/", { limit: 5_000 })).toEqual(keys);
    expect(await store.list("k/", { after: "k/00999", limit: 150 })).toEqual(
      keys.slice(1_000, 1_150),
    );
  });
});

/** `count` MiB of bytes that no one else has. */
function* blocks(count: number): Generator<Buffer> {
  for (let i = 0; i < count; i += 1) yield randomBytes(1_048_576);
}

function* broken(): Generator<Buffer> {
  yield* blocks(40);
  throw new Error("cut");
}
