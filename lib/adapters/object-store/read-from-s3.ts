import { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { AppError } from "@/lib/errors";
import type { ByteRange } from "@/lib/ports/object-store";
import { asS3Error } from "./s3-errors";

/** How often in a row a body may break without a byte of progress. */
const MAX_TRIES = 4;
const PAUSE_MS = 250;

type Source = { client: S3Client; bucket: string; key: string };
type Options = { range?: ByteRange; signal?: AbortSignal };

/** A stream that goes on where it was when the line is cut, and fails rather than end early. */
export async function readFromS3(source: Source, { range, signal }: Options): Promise<Readable> {
  const first = await open(source, range && `bytes=${range.start}-${range.end}`, undefined, signal);
  const total = totalOf(first);
  if (range && range.end >= total) {
    bodyOf(first).destroy();
    throw new AppError("invalid_input", "These bytes are outside the object.");
  }
  const { start, end } = range ?? { start: 0, end: total - 1 };
  return Readable.from(readOn(source, first, { start, end, signal }), {
    objectMode: false,
    ...(signal && { signal }),
  });
}

type Part = ByteRange & { signal: AbortSignal | undefined };

async function* readOn(
  source: Source,
  first: GetObjectCommandOutput,
  { start, end, signal }: Part,
): AsyncGenerator<Buffer> {
  const call = { bucket: source.bucket, right: "GetObject", key: source.key } as const;
  let answer: GetObjectCommandOutput | null = first;
  let offset = start;
  for (let tries = 0; ; tries += 1) {
    let failure: unknown;
    try {
      answer ??= await open(source, `bytes=${offset}-${end}`, first.ETag, signal);
      for await (const chunk of bodyOf(answer) as AsyncIterable<Buffer>) {
        offset += chunk.length;
        tries = 0;
        yield chunk;
      }
    } catch (error) {
      failure = error;
    }
    if (offset > end) return;
    answer = null;
    signal?.throwIfAborted();
    const meaning = asS3Error(failure ?? new Error("The body ended early."), call);
    // Refused for good: it is gone, or another one by now.
    const isLost = meaning instanceof AppError && meaning.code !== "unavailable";
    if (isLost || tries >= MAX_TRIES) throw meaning;
    await pause(PAUSE_MS * 2 ** tries, undefined, { ...(signal && { signal }) });
  }
}

function open(
  { client, bucket, key }: Source,
  Range: string | undefined,
  IfMatch: string | undefined,
  signal: AbortSignal | undefined,
): Promise<GetObjectCommandOutput> {
  const input = { Bucket: bucket, Key: key, ...(Range && { Range }), ...(IfMatch && { IfMatch }) };
  return client.send(new GetObjectCommand(input), { ...(signal && { abortSignal: signal }) });
}

function bodyOf({ Body }: GetObjectCommandOutput): Readable {
  if (Body instanceof Readable) return Body;
  throw new AppError("unavailable", "The storage server answered without a body.");
}

function totalOf({ ContentRange, ContentLength }: GetObjectCommandOutput): number {
  const total = /\/(\d+)$/.exec(ContentRange ?? "")?.[1];
  return total === undefined ? (ContentLength ?? 0) : Number(total);
}
