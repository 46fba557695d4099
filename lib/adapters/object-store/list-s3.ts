import {
  type _Object,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ListOptions, StoredObject } from "@/lib/ports/object-store";
import { isObjectKey } from "@/lib/workspace/object-key";

const PAGE = 1_000;

type Bucket = { client: S3Client; bucket: string };

/**
 * Objects of a bucket in byte order, whose keys are without `start`. Keys travel URL-encoded, because XML can't hold
 * every character that a key can.
 */
export async function listS3(
  { client, bucket }: Bucket,
  start: string,
  prefix: string,
  { after, limit = PAGE }: ListOptions,
): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  let from: Partial<ListObjectsV2CommandInput> | null = after ? { StartAfter: start + after } : {};
  while (from && found.length < limit) {
    const asked = { Bucket: bucket, Prefix: start + prefix, EncodingType: "url" } as const;
    const MaxKeys = Math.min(PAGE, limit - found.length);
    const page: ListObjectsV2CommandOutput = await client.send(
      new ListObjectsV2Command({ ...asked, ...from, MaxKeys }),
    );
    found.push(...(page.Contents ?? []).flatMap((entry) => describe(entry, start)));
    from = page.IsTruncated ? { ContinuationToken: page.NextContinuationToken } : null;
  }
  return found;
}

function describe({ Key = "", Size, ETag, LastModified }: _Object, start: string): StoredObject[] {
  const key = decode(Key).slice(start.length);
  if (!isObjectKey(key)) return [];
  return [{ key, size: Size ?? 0, etag: ETag ?? "", modifiedAt: LastModified ?? new Date(0) }];
}

/** A space is `+` or `%20`, by server; a plus sign is `%2B` with all of them. */
const decode = (key: string) => decodeURIComponent(key.replaceAll("+", " "));
