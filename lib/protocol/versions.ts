import { z } from "zod";
import { commitReasons } from "./store";

/** One state of a file that was saved. */
export const FileVersion = z.object({
  /** Number of the commit that made it; 0: from before commits were counted. */
  seq: z.number().int().nonnegative(),
  savedAt: z.iso.datetime(),
  /** What caused it; a person when `actor` is set. */
  reason: z.enum(commitReasons),
  actor: z.object({ id: z.string(), name: z.string() }).nullable(),
  turnId: z.string().nullable(),
  /** `null`: the file was deleted here. */
  content: z.object({ size: z.number(), etag: z.string() }).nullable(),
});
export type FileVersion = z.infer<typeof FileVersion>;

/** The text of a state; `null` when it is no UTF-8 text or too large to be shown. */
export const VersionContent = z.object({
  path: z.string(),
  size: z.number(),
  etag: z.string(),
  text: z.string().nullable(),
  reason: z.enum(["binary", "too_large"]).nullable(),
});
export type VersionContent = z.infer<typeof VersionContent>;
