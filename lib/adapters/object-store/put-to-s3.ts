import type { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AppError } from "@/lib/errors";
import type { PutOptions } from "@/lib/ports/object-store";

const MiB = 1_048_576;
const PART_BYTES = 16 * MiB;
/** Up to this size one request is enough; what is longer goes up in parts, of which a few at once. */
const WHOLE_BYTES = 64 * MiB;
const PARTS_AT_ONCE = 3;

type Target = { client: S3Client; bucket: string; key: string };

/** Writes one object; of a body that breaks nothing is left under the key. */
export async function putToS3(
  target: Target,
  body: Uint8Array | Readable,
  options: PutOptions = {},
): Promise<{ etag: string }> {
  if (body instanceof Uint8Array && body.length <= WHOLE_BYTES)
    return putWhole(target, body, options);
  const parts = body instanceof Uint8Array ? slicesOf(body) : partsOf(body);
  try {
    const first = await parts.next();
    if (first.done || first.value.length < PART_BYTES)
      return await putWhole(target, first.done ? Buffer.alloc(0) : first.value, options);
    return await putParts(target, prepend(first.value, parts), options);
  } finally {
    await parts.return(undefined);
  }
}

async function putWhole(
  { client, bucket, key }: Target,
  body: Uint8Array,
  { signal, metadata }: PutOptions,
): Promise<{ etag: string }> {
  const input = { Bucket: bucket, Key: key, Body: body, ContentLength: body.length };
  const { ETag } = await client.send(
    new PutObjectCommand({ ...input, ...(metadata && { Metadata: { ...metadata } }) }),
    { ...(signal && { abortSignal: signal }) },
  );
  return { etag: ETag ?? "" };
}

async function putParts(
  target: Target,
  parts: AsyncIterable<Uint8Array>,
  { signal, metadata }: PutOptions,
): Promise<{ etag: string }> {
  const { client, bucket, key } = target;
  const abort = signal && { abortSignal: signal };
  const place = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...place, ...(metadata && { Metadata: { ...metadata } }) }),
    { ...abort },
  );
  if (!UploadId) throw new AppError("unavailable", "The storage server did not start an upload.");
  const upload = { ...place, UploadId };
  try {
    const { etags, size } = await sendParts(client, upload, parts, signal);
    const Parts = etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    return await complete(target, upload, Parts, size);
  } catch (error) {
    // Tidying up takes a right of its own, which we don't ask for: without it the bucket's own rule removes the parts.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);
    throw error;
  }
}

type Upload = { Bucket: string; Key: string; UploadId: string };

async function sendParts(
  client: S3Client,
  upload: Upload,
  parts: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<{ etags: string[]; size: number }> {
  const etags: string[] = [];
  const underWay = new Set<Promise<void>>();
  const failed = new AbortController();
  const abortSignal = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  let [size, count] = [0, 0];
  try {
    for await (const Body of parts) {
      const index = count++;
      size += Body.length;
      const input = { ...upload, Body, PartNumber: index + 1, ContentLength: Body.length };
      const send = async () => {
        const { ETag } = await client.send(new UploadPartCommand(input), { abortSignal });
        etags[index] = ETag ?? "";
      };
      const sent: Promise<void> = send().finally(() => underWay.delete(sent));
      underWay.add(sent);
      if (underWay.size >= PARTS_AT_ONCE) await Promise.race(underWay);
    }
    await Promise.all(underWay);
    return { etags, size };
  } catch (error) {
    failed.abort();
    await Promise.allSettled(underWay);
    throw error;
  }
}

async function complete(
  { client, bucket, key }: Target,
  upload: Upload,
  Parts: { ETag: string; PartNumber: number }[],
  size: number,
): Promise<{ etag: string }> {
  try {
    const done = await client.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );
    return { etag: done.ETag ?? "" };
  } catch (error) {
    // The answer to an earlier try may have been lost on the way.
    if (!(error instanceof Error) || error.name !== "NoSuchUpload") throw error;
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    if (head.ContentLength !== size) throw error;
    return { etag: head.ETag ?? "" };
  }
}

async function* slicesOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < body.length; start += PART_BYTES)
    yield body.subarray(start, start + PART_BYTES);
}

/** A stream in parts of `PART_BYTES`; the last is shorter, and only it. */
async function* partsOf(body: Readable): AsyncGenerator<Uint8Array> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array | string>) {
    let rest =
      typeof chunk === "string"
        ? Buffer.from(chunk)
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    while (size + rest.length >= PART_BYTES) {
      const taken = rest.subarray(0, PART_BYTES - size);
      yield Buffer.concat([...pending, taken]);
      rest = rest.subarray(taken.length);
      [pending, size] = [[], 0];
    }
    if (rest.length > 0) pending.push(rest);
    size += rest.length;
  }
  if (size > 0) yield Buffer.concat(pending);
}

async function* prepend(
  first: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
