import { z } from "zod";

export const nodeTypes = ["file", "directory", "symlink"] as const;

/** One node of a listing. `modifiedAt` is ISO 8601, UTC; `size` is bytes, 0 for a directory. */
export const FileNode = z.object({
  path: z.string(),
  name: z.string(),
  type: z.enum(nodeTypes),
  size: z.number(),
  modifiedAt: z.iso.datetime(),
  isReadOnly: z.boolean(),
});
export type FileNode = z.infer<typeof FileNode>;

export const changeKinds = ["added", "modified", "deleted"] as const;

/** One changed file of a change set; `null` line counts for binaries and files over the limit. */
export const FileChange = z.object({
  path: z.string(),
  kind: z.enum(changeKinds),
  addedLines: z.number().int().nullable(),
  removedLines: z.number().int().nullable(),
  size: z.number(),
});
export type FileChange = z.infer<typeof FileChange>;

/** Both sides of one changed file; a missing side is `null`, so is one that can't be shown as text. */
export const FileDiff = z.object({
  path: z.string(),
  kind: z.enum(changeKinds),
  before: z.string().nullable(),
  after: z.string().nullable(),
  reason: z.enum(["binary", "too_large"]).nullable(),
});
export type FileDiff = z.infer<typeof FileDiff>;

export const columnTypes = ["number", "date", "text", "boolean", "empty"] as const;

/** What a table file holds, found without any model. */
export const TableProfile = z.object({
  path: z.string(),
  delimiter: z.string(),
  rowCount: z.number().int(),
  isComplete: z.boolean(), // false when reading stopped at the limit
  columns: z.array(
    z.object({
      name: z.string(),
      type: z.enum(columnTypes),
      emptyCount: z.number().int(),
      distinctCount: z.number().int(),
      /** Smallest and largest value as text, numbers and dates only. */
      min: z.string().nullable(),
      max: z.string().nullable(),
      sum: z.number().nullable(),
      examples: z.array(z.string()),
    }),
  ),
  /** Plain sentences: "Row 12 has 3 cells, the header has 5". */
  oddities: z.array(z.string()),
  suggestions: z.array(z.string()),
});
export type TableProfile = z.infer<typeof TableProfile>;
