import { z } from "zod";
import { StorageId } from "./ids";
import { StorageAbilities } from "./workspace";
import { bucketRights, storageMoveStates } from "./view-names";

export const BucketRight = z.enum(bucketRights);
export type BucketRight = z.infer<typeof BucketRight>;

const Time = z.iso.datetime();

/** A bucket of the customer's own; never its secret. */
export const StorageView = z.object({
  id: StorageId,
  name: z.string(),
  endpoint: z.string().nullable(),
  region: z.string(),
  bucket: z.string(),
  prefix: z.string(),
  accessKeyId: z.string(),
  abilities: StorageAbilities.nullable(),
  createdAt: Time,
  checkedAt: Time.nullable(), // when the test last passed
  /** What lies in it, of which only employees are named; null: no workspace. */
  usedBy: z.object({ workspaceId: z.string().nullable(), title: z.string() }).nullable(),
});
export type StorageView = z.infer<typeof StorageView>;

/** What trying a bucket found out. `null` of a right: an earlier step did not work. */
export const StorageTestView = z.object({
  isUsable: z.boolean(),
  rights: z.record(BucketRight, z.boolean().nullable()),
  abilities: StorageAbilities.nullable(),
  /** In plain words: what is wrong and what to do, or what the server's abilities mean. */
  message: z.string(),
});
export type StorageTestView = z.infer<typeof StorageTestView>;

export const StorageMoveView = z.object({
  id: z.string(),
  state: z.enum(storageMoveStates),
  fromStorageId: z.string().nullable(),
  toStorageId: z.string().nullable(),
  objects: z.number().int(),
  totalObjects: z.number().int().nullable(),
  bytes: z.number(),
  totalBytes: z.number().nullable(),
  failure: z.string().nullable(),
  startedAt: Time,
  endedAt: Time.nullable(),
});
export type StorageMoveView = z.infer<typeof StorageMoveView>;
