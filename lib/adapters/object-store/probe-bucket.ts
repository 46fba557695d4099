import { randomUUID } from "node:crypto";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { AppError } from "@/lib/errors";
import type { BucketReport } from "@/lib/ports/buckets";
import type { StorageAbilities } from "@/lib/protocol/workspace";
import { asS3Error, isMissing, type S3Right } from "./s3-errors";

type Bucket = { client: S3Client; bucket: string; prefix: string };
type Probe = { client: S3Client; at: (name?: string) => { Bucket: string; Key: string } };

const BODY = "Workroom tries whether it can use this bucket.";
const WRONG_ETAG = "00000000000000000000000000000000";

/** Tries each right and each ability for itself, with objects that have a name of their own. */
export async function probeBucket({ client, bucket, prefix }: Bucket): Promise<BucketReport> {
  const start = `${prefix === "" ? "" : `${prefix}/`}.workroom/probe-${randomUUID()}`;
  const at = (name = "") => ({ Bucket: bucket, Key: start + name });
  const probe = { client, at };
  const rights: BucketReport["rights"] = {
    ListBucket: null,
    PutObject: null,
    GetObject: null,
    DeleteObject: null,
  };
  let abilities: StorageAbilities | null = null;
  const attempt = async (right: S3Right, work: () => Promise<unknown>) => {
    rights[right] = await isAllowed(work, { bucket, right });
  };
  try {
    const list = { Bucket: bucket, Prefix: start, MaxKeys: 1 };
    await attempt("ListBucket", () => client.send(new ListObjectsV2Command(list)));
    await attempt("PutObject", () => client.send(new PutObjectCommand({ ...at(), Body: BODY })));
    await attempt("GetObject", () => read(probe, rights));
    if (rights.PutObject && rights.GetObject) abilities = await tryAbilities(probe);
    await attempt("DeleteObject", () => client.send(new DeleteObjectCommand(at())));
    return { rights, abilities, failure: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { rights, abilities: null, failure: error.message };
  } finally {
    const made = ["", "-copy", "-parts"].map((name) =>
      client.send(new DeleteObjectCommand(at(name))),
    );
    await Promise.allSettled(made);
  }
}

/** @throws AppError when it says nothing of the right: the key is unknown, the bucket is not there, nobody answers */
async function isAllowed(
  work: () => Promise<unknown>,
  call: { bucket: string; right: S3Right },
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    const isAboutKey =
      error instanceof S3ServiceException &&
      ["InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed"].includes(error.name);
    const meaning = asS3Error(error, call);
    if (meaning instanceof AppError && meaning.code === "forbidden" && !isAboutKey) return false;
    throw meaning;
  }
}

async function read({ client, at }: Probe, rights: BucketReport["rights"]): Promise<void> {
  try {
    const { Body } = await client.send(new GetObjectCommand(at()));
    if ((await Body?.transformToString()) !== BODY)
      throw new AppError(
        "unavailable",
        "The storage server gives back other bytes than it was given.",
      );
  } catch (error) {
    // Nothing was put, so nothing is there to read; to be told so is the right to read.
    if (!rights.PutObject && isMissing(error)) return;
    throw error;
  }
}

async function tryAbilities({ client, at }: Probe): Promise<StorageAbilities> {
  const put = (condition: { IfMatch?: string; IfNoneMatch?: string }) =>
    works(() => client.send(new PutObjectCommand({ ...at(), ...condition, Body: BODY })));
  const { ETag = "" } = await client.send(new PutObjectCommand({ ...at(), Body: BODY }));
  const raw = ETag.replaceAll('"', "");
  const ifNoneMatch = !(await put({ IfNoneMatch: "*" }));
  const refusesWrong = async (etag: string) => !(await put({ IfMatch: etag }));
  let ifMatch: StorageAbilities["ifMatch"] = null;
  if ((await refusesWrong(`"${WRONG_ETAG}"`)) && (await put({ IfMatch: ETag }))) ifMatch = "quoted";
  else if ((await refusesWrong(WRONG_ETAG)) && (await put({ IfMatch: raw }))) ifMatch = "raw";
  const source = { CopySource: `${at().Bucket}/${encodeURIComponent(at().Key)}` };
  const copy = await works(() => client.send(new CopyObjectCommand({ ...at("-copy"), ...source })));
  const multipart = await works(() => putInParts(client, at("-parts")));
  const wrong = { ...at(), IfMatch: `"${WRONG_ETAG}"` };
  const deletesWrong = await works(() => client.send(new DeleteObjectCommand(wrong)));
  const isGone = !(await works(() => client.send(new GetObjectCommand(at()))));
  return { ifNoneMatch, ifMatch, deleteIfMatch: !deletesWrong && !isGone, multipart, copy };
}

async function putInParts(client: S3Client, place: { Bucket: string; Key: string }): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(place));
  const upload = { ...place, UploadId };
  const part = new UploadPartCommand({ ...upload, PartNumber: 1, Body: BODY });
  const { ETag } = await client.send(part);
  const Parts = [{ PartNumber: 1, ETag }];
  await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
}

async function works(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException) return false;
    throw error;
  }
}
