import { z } from "zod";

/** What a sandbox is for: a workroom of people, a session of a program, or the computer of an employee. */
export const roomKinds = ["room", "session", "computer"] as const;

/** From where a session is used. */
export const channels = ["web", "api", "mcp", "automation"] as const;

/** Limits of `output/`, enforced when a file is written: bytes of one file, number of files, bytes of all. */
export const OutputQuota = z.object({
  maxFileBytes: z.number().int().positive(),
  maxFiles: z.number().int().positive(),
  maxTotalBytes: z.number().int().positive(),
});
export type OutputQuota = z.infer<typeof OutputQuota>;

/** What a server of objects honours, found by trying. */
export const StorageAbilities = z.object({
  ifNoneMatch: z.boolean(), // PUT If-None-Match: * is refused for a key that is there
  ifMatch: z.enum(["quoted", "raw"]).nullable(), // how the ETag has to be written for PUT If-Match
  deleteIfMatch: z.boolean(),
  multipart: z.boolean(),
  copy: z.boolean(),
});
export type StorageAbilities = z.infer<typeof StorageAbilities>;

/** Where the objects of a workspace lie. The secret is in memory and on the wire to the host only. */
export const StorageTarget = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("managed") }),
  z.object({
    kind: z.literal("s3"),
    id: z.string(), // of the row; a changed key makes a new `revision`
    revision: z.number().int(),
    endpoint: z.url().nullable(), // null: Amazon's own for the region
    region: z.string(),
    bucket: z.string(),
    prefix: z.string(), // without a slash at its ends; "" for the whole bucket
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    abilities: StorageAbilities.nullable(),
  }),
]);
export type StorageTarget = z.infer<typeof StorageTarget>;

/** Where a workspace lies. `previous`: where else readers look while it moves, before and after the switch. */
export const StorageRoute = z.object({
  target: StorageTarget,
  previous: StorageTarget.nullable(),
});
export type StorageRoute = z.infer<typeof StorageRoute>;

export const managedRoute: StorageRoute = { target: { kind: "managed" }, previous: null };
