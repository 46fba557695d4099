import { isObjectKey } from "@/lib/workspace/object-key";
import type { ManifestEntry } from "@/lib/protocol/store";
import { isQuietPath } from "../change/quiet-names";

/** What lies in a customer's bucket as an object of its own: files people look at, not what tools fill. */
export const isMirrored = (
  root: string,
  entry: ManifestEntry | undefined,
): entry is MirroredEntry =>
  entry !== undefined &&
  entry.type !== "directory" &&
  !isQuietPath(entry.path) &&
  isObjectKey(`${root}/${entry.path}`);

export type MirroredEntry = Exclude<ManifestEntry, { type: "directory" }>;

/** Names a content: the SHA-256 of a file, the target of a link. */
export const contentOf = (entry: MirroredEntry): string =>
  entry.type === "file" ? entry.sha256 : `link:${entry.target}`;

/** Metadata of an object, so that a bucket alone tells mode and time of its files. */
export const metadataOf = (entry: MirroredEntry): Record<string, string> => ({
  "wr-content": Buffer.from(contentOf(entry), "utf8").toString("base64url").slice(0, 1_000),
  "wr-mtime": String(entry.mtimeMs),
  ...(entry.type === "file" && { "wr-mode": entry.mode.toString(8) }),
  ...(entry.type === "symlink" && { "wr-type": "symlink" }),
});
