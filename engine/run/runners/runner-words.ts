import { readFileSync, writeSync } from "node:fs";

/** What the engine asks of a runner, and where the runner says what it has to show: file descriptors 4 and 5. */
export type RunnerRequest = {
  code: string | null;
  path: string | null;
  args: string[];
  cwd: string;
  workspaceDir: string;
  figuresDir: string;
  memoryBytes?: number;
  env?: Record<string, string>;
};

export const readRequest = (): RunnerRequest =>
  JSON.parse(readFileSync(4, "utf8")) as RunnerRequest;

/** One word of RunWord, or `trap` and `out_of_memory` of a plugin, which the engine makes part of the end. */
export function say(word: { type: string } & Record<string, unknown>): void {
  let rest = Buffer.from(`${JSON.stringify(word)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(5, rest));
}
