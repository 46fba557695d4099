import { z } from "zod";

/** SHA-256 of a content, lower-case hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a piece of a file's content lies: `length` bytes at `offset` of the object `key`. */
export const Extent = z.object({
  key: z.string(),
  offset: z.number().int().nonnegative(),
  length: z.number().int().nonnegative(),
  /** Of a piece of a large file: what these bytes are, so that a piece that did not change is not written again. */
  sha256: Sha256.optional(),
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
    /** When the path came to be; kept over rewrites of the file. */
    createdMs: z.number().optional(),
    sha256: Sha256,
    extents: z.array(Extent),
  }),
  z.object({
    type: z.literal("directory"),
    path: z.string(),
    mode: z.number().int(),
    mtimeMs: z.number(),
    createdMs: z.number().optional(),
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
  "sync", // the room's own programs changed files
  "call", // a file tool by API or MCP
  "conflict", // unsent changes of a writer that was fenced, kept as copies
  "import", // somebody else wrote to the bucket
] as const;
export const CommitCause = z.object({
  reason: z.enum(commitReasons),
  turnId: z.string().nullable(),
  toolCallId: z.string().nullable().optional(),
  actorId: z.string().nullable(),
});
export type CommitCause = z.infer<typeof CommitCause>;

/** One change in a segment: a node as it is now, or a path that is gone with everything below it. */
export const SegmentOp = z.discriminatedUnion("op", [
  /** An extent whose `key` is empty lies in the segment itself. */
  z.object({ op: z.literal("put"), entry: ManifestEntry }),
  z.object({ op: z.literal("del"), path: z.string() }),
]);
export type SegmentOp = z.infer<typeof SegmentOp>;

/** Names one segment in the object store. `seq` counts the commits of a workspace from 1, without a gap. */
export const SegmentRef = z.object({
  seq: z.number().int().positive(),
  epoch: z.number().int().nonnegative(),
  key: z.string(),
  sha256: Sha256, // of the head, which names every content
  bytes: z.number().int().nonnegative(),
  opCount: z.number().int().nonnegative(),
  cause: CommitCause,
});
export type SegmentRef = z.infer<typeof SegmentRef>;

/** A committed state: the manifest holds every commit up to `manifestSeq`, `segments` are those after it, in order. */
export const WorkspaceState = z.object({
  manifest: ManifestRef.nullable(),
  manifestSeq: z.number().int().nonnegative(),
  segments: z.array(SegmentRef),
});
export type WorkspaceState = z.infer<typeof WorkspaceState>;

/** What a snapshot found, compared with its parent. */
export const SnapshotOutcome = z.object({
  manifest: ManifestRef,
  /** Number of the last commit that the manifest holds. */
  commitSeq: z.number().int().nonnegative(),
  /** Segments up to there that the host has not seen committed: the caller commits them with the manifest. */
  commits: z.array(SegmentRef),
  added: z.number().int(),
  changed: z.number().int(),
  removed: z.number().int(),
  /** Files that kept changing while they were read, or could not be read: tried again next time. */
  unsettled: z.array(z.string()),
});
export type SnapshotOutcome = z.infer<typeof SnapshotOutcome>;
