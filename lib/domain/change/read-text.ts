import type { ManifestEntry } from "@/lib/protocol/store";
import { isText } from "@/lib/workspace/is-text";
import { readEntryBytes } from "@/lib/workspace/read-entry";
import type { Ports } from "../context";

export type SideText = { text: string | null; reason: "binary" | "too_large" | null };

/** One side of a changed path as text; `text` is null when nothing is there, too. A link reads as its target. */
export async function readSideText(
  { store }: Pick<Ports, "store">,
  entry: ManifestEntry | null,
  maxBytes: number,
): Promise<SideText> {
  if (entry === null || entry.type === "directory") return { text: null, reason: null };
  if (entry.type === "symlink") return { text: entry.target, reason: null };
  if (entry.size > maxBytes) return { text: null, reason: "too_large" };
  const bytes = await readEntryBytes(store, entry, maxBytes);
  return isText(bytes)
    ? { text: bytes.toString("utf8"), reason: null }
    : { text: null, reason: "binary" };
}
