import { randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ObjectStore } from "@/lib/ports/object-store";
import { checkObjectKey } from "@/lib/workspace/object-key";
import { listS3 } from "./list-s3";
import { putToS3 } from "./put-to-s3";
import { readFromS3 } from "./read-from-s3";
import { asS3Error, isMissing, isOfCall, type S3Right } from "./s3-errors";

type Options = {
  client: S3Client;
  bucket: string;
  /** Below which all keys lie; "" for the whole bucket. */
  prefix: string;
};

/**
 * Objects in a bucket of S3, or of a server like it. Uses four rights: GetObject, PutObject, DeleteObject, ListBucket.
 */
// eslint-disable-next-line max-lines-per-function -- one object of small methods
export function createS3ObjectStore({ client, bucket, prefix }: Options): ObjectStore {
  const start = prefix === "" ? "" : `${prefix}/`;
  const at = (key: string) => {
    checkObjectKey(start + key);
    return { client, bucket, key: start + key };
  };
  const call = async <T>(right: S3Right, key: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw isOfCall(error) ? asS3Error(error, { bucket, right, key }) : error;
    }
  };
  const store: ObjectStore = {
    async put(key, body, options) {
      const target = at(key);
      return call("PutObject", key, () => putToS3(target, body, options));
    },
    async get(key, options = {}) {
      const source = at(key);
      return call("GetObject", key, () => readFromS3(source, options));
    },
    async getBytes(key, options) {
      return buffer(await store.get(key, options));
    },
    async size(key) {
      return (await store.stat(key))?.size ?? null;
    },
    async stat(key) {
      const { key: Key } = at(key);
      return call("GetObject", key, async () => {
        try {
          const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key }));
          return {
            key,
            size: head.ContentLength ?? 0,
            etag: head.ETag ?? "",
            modifiedAt: head.LastModified ?? new Date(0),
            metadata: head.Metadata ?? {},
          };
        } catch (error) {
          if (!isMissing(error)) throw error;
          await checkBucket(client, bucket, Key);
          return null;
        }
      });
    },
    async list(prefixOfKeys, options = {}) {
      return (await store.listObjects(prefixOfKeys, options)).map(({ key }) => key);
    },
    async listObjects(prefixOfKeys, options = {}) {
      return call("ListBucket", prefixOfKeys, () =>
        listS3({ client, bucket }, start, prefixOfKeys, options),
      );
    },
    async delete(key) {
      const { key: Key } = at(key);
      await call("DeleteObject", key, () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key })),
      );
    },
    async check() {
      const key = `.check-${randomUUID()}`;
      await store.put(key, Buffer.from("ok"));
      await store.delete(key);
    },
  };
  return store;
}

/** HEAD can't say what is missing: an object that is "not there" in a bucket that is gone must not pass for deleted. */
async function checkBucket(client: S3Client, bucket: string, key: string): Promise<void> {
  await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
}
