import type { FileChange } from "@/lib/protocol/files";

/** Lines added and removed over all files; files without counts (binaries) add nothing. */
export function changeTotals(changes: readonly FileChange[]): { added: number; removed: number } {
  return changes.reduce(
    (sum, change) => ({
      added: sum.added + (change.addedLines ?? 0),
      removed: sum.removed + (change.removedLines ?? 0),
    }),
    { added: 0, removed: 0 },
  );
}
