import { diffLines } from "diff";
import type { ManifestChange } from "@/lib/workspace/diff-manifests";
import type { Ports } from "../context";
import { readSideText } from "./read-text";

const MAX_COUNTED_BYTES = 400_000;
const DIFF_TIMEOUT_MS = 200;

export type LineCounts = { addedLines: number | null; removedLines: number | null };
const unknown: LineCounts = { addedLines: null, removedLines: null };

/** Lines that came and went in one file; unknown for binaries, large files and diffs that take too long. */
export async function countLines(
  ports: Pick<Ports, "store">,
  { before, after }: ManifestChange,
): Promise<LineCounts> {
  const [old, now] = await Promise.all([
    readSideText(ports, before, MAX_COUNTED_BYTES),
    readSideText(ports, after, MAX_COUNTED_BYTES),
  ]);
  if (old.reason !== null || now.reason !== null) return unknown;
  const parts = diffLines(old.text ?? "", now.text ?? "", { timeout: DIFF_TIMEOUT_MS });
  if (!parts) return unknown;
  const sum = (wanted: "added" | "removed") =>
    parts.reduce((total, part) => total + (part[wanted] ? part.count : 0), 0);
  return { addedLines: sum("added"), removedLines: sum("removed") };
}
