import type { RunRow } from "@/lib/db/schema";
import type { RunEvent, RunWord } from "@/lib/protocol/runs";

/**
 * The words of a run that has ended, from what was kept of it. They are fewer than it said: a caller that has seen some
 * of them gets those that hold the whole again, and the end.
 */
export async function* replayRun(run: RunRow, after: number): AsyncGenerator<RunEvent> {
  const { shown } = run;
  const words: RunWord[] = [
    { type: "start" },
    ...(run.stdout ? [{ type: "stdout", text: run.stdout } as const] : []),
    ...(run.stderr ? [{ type: "stderr", text: run.stderr } as const] : []),
    ...shown.tables.map((table) => ({ type: "table", table }) as const),
    ...shown.images.map((image) => ({ type: "image", image }) as const),
    ...(shown.result === null ? [] : [{ type: "result", text: shown.result } as const]),
    ...(shown.fault ? [{ type: "fault", fault: shown.fault } as const] : []),
    {
      type: "end",
      state: run.state === "running" ? "interrupted" : run.state,
      exitCode: run.exitCode,
      signal: run.signal,
      durationMs: run.durationMs ?? 0,
      outputPath: run.outputPath,
      isTruncated: run.outputPath !== null,
    },
  ];
  const offset = Math.max(after, 0);
  const seen = offset === 0 ? 0 : words.length - 1;
  for (const [index, word] of words.entries())
    if (index >= seen) yield { n: offset + index + 1 - seen, word };
}
