import { z } from "zod";

/** SHA-256 of a content, lower-case hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a piece of a file's content lies: `length` bytes at `offset` of the object `key`. */
export const Extent = z.object({
  key: z.string(),
  offset: z.number().int().nonnegative(),
  length: z.number().int().nonnegative(),
});
export type Extent = z.infer<typeof Extent>;

/**
 * One node of a workspace in a manifest. Paths are in normal form (`lib/protocol/paths.ts`).
 * `mode` keeps the permission bits only; times are milliseconds since the epoch.
 */
export const ManifestEntry = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("file"),
    path: z.string(),
    size: z.number().int().nonnegative(),
    mode: z.number().int(),
    mtimeMs: z.number(),
    sha256: Sha256,
    extents: z.array(Extent),
  }),
  z.object({
    type: z.literal("directory"),
    path: z.string(),
    mode: z.number().int(),
    mtimeMs: z.number(),
  }),
  z.object({
    type: z.literal("symlink"),
    path: z.string(),
    target: z.string(),
    mtimeMs: z.number(),
  }),
]);
export type ManifestEntry = z.infer<typeof ManifestEntry>;
export type FileEntry = Extract<ManifestEntry, { type: "file" }>;

/** Names one manifest in the object store: the whole tree of a workspace at one moment. */
export const ManifestRef = z.object({
  key: z.string(),
  sha256: Sha256,
  entryCount: z.number().int().nonnegative(),
  totalBytes: z.number().int().nonnegative(),
});
export type ManifestRef = z.infer<typeof ManifestRef>;

/** Why a commit was made: lineage and the time machine stand on it. */
export const commitReasons = [
  "create",
  "turn_start",
  "turn_end",
  "upload",
  "edit",
  "undo",
  "sleep",
  "publish",
  "recovery",
] as const;
export const CommitCause = z.object({
  reason: z.enum(commitReasons),
  turnId: z.string().nullable(),
  actorId: z.string().nullable(),
});
export type CommitCause = z.infer<typeof CommitCause>;

/** What a snapshot found, compared with its parent. */
export const SnapshotOutcome = z.object({
  manifest: ManifestRef,
  /** Keys of the segments this snapshot wrote; empty when nothing changed. */
  segments: z.array(z.string()),
  added: z.number().int(),
  changed: z.number().int(),
  removed: z.number().int(),
  /** Files that kept changing while they were read, or could not be read: tried again next time. */
  unsettled: z.array(z.string()),
});
export type SnapshotOutcome = z.infer<typeof SnapshotOutcome>;
