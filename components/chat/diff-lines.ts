import { structuredPatch } from "diff";

export type DiffLine = { id: number; sign: "+" | "-" | " " | "…"; text: string };

const MOST_CHARS = 300_000;
const CONTEXT_LINES = 2;
const TIMEOUT_MS = 200;

/** The lines of a small diff, with a little around each change; `null` when there is too much to compare. */
export function listDiffLines(before: string, after: string): DiffLine[] | null {
  if (before.length + after.length > MOST_CHARS) return null;
  const patch = structuredPatch("a", "b", before, after, "", "", {
    context: CONTEXT_LINES,
    timeout: TIMEOUT_MS,
  });
  if (!patch) return null;
  const lines: DiffLine[] = [];
  const push = (sign: DiffLine["sign"], text: string) =>
    lines.push({ id: lines.length, sign, text });
  patch.hunks.forEach((hunk, index) => {
    if (index > 0) push("…", "");
    for (const line of hunk.lines) {
      const sign = line.charAt(0);
      if (sign === "+" || sign === "-" || sign === " ") push(sign, line.slice(1));
    }
  });
  return lines;
}

export const countSigns = (lines: readonly DiffLine[]) => ({
  added: lines.filter(({ sign }) => sign === "+").length,
  removed: lines.filter(({ sign }) => sign === "-").length,
});
