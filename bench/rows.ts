import { writeFileSync } from "node:fs";

/** One line of the table. `ours` and `peer` are medians in `unit`; `goal` is the largest ratio we want. */
export type Row = { name: string; unit: string; ours: number; peer: number; goal: number };

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
};

/** Both sides in turn, so that a busy moment of the machine hits both; one unmeasured round first. */
export async function interleaved(
  rounds: number,
  ours: () => Promise<number>,
  peer: () => Promise<number>,
): Promise<{ ours: number; peer: number }> {
  const [mine, theirs]: [number[], number[]] = [[], []];
  for (let round = -1; round < rounds; round++) {
    const [one, other] = [await ours(), await peer()];
    if (round < 0) continue;
    mine.push(one);
    theirs.push(other);
  }
  return { ours: median(mine), peer: median(theirs) };
}

const figure = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

export function printRows(rows: readonly Row[], jsonFile: string | null): void {
  const lines = rows.map(({ name, unit, ours, peer, goal }) => {
    const ratio = ours / peer;
    const verdict = ratio <= goal ? "met" : "missed";
    return [
      name,
      `${figure(ours)} ${unit}`,
      `${figure(peer)} ${unit}`,
      ratio.toFixed(2),
      `≤ ${goal} ${verdict}`,
    ];
  });
  const table = [["name", "ours", "peer", "ratio", "goal"], ...lines];
  const widths = [0, 1, 2, 3, 4].map((at) =>
    Math.max(...table.map((line) => line[at]?.length ?? 0)),
  );
  for (const line of table)
    process.stdout.write(`${line.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}\n`);
  if (!jsonFile) return;
  const json = rows.map(({ name, ours, peer, goal }) =>
    JSON.stringify({ name, ours, peer, ratio: ours / peer, goal, higherIsBetter: false }),
  );
  writeFileSync(jsonFile, `${json.join("\n")}\n`);
}
