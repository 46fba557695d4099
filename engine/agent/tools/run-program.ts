import { spawn, type ChildProcess } from "node:child_process";
import { KeptOutput } from "./kept-output";

/** What a command left behind may hold its output open: after its exit, this long. */
const DRAIN_MS = 200;

const running = new Set<ChildProcess>();

export type ProgramResult = {
  output: string;
  /** More of it, for a person to open. */
  shown: string;
  exitCode: number | null;
  isTimedOut: boolean;
  isAborted: boolean;
};
type Options = {
  cwd: string;
  timeoutMs: number;
  abortSignal?: AbortSignal | undefined;
  onOutput?: (kept: KeptOutput) => void;
};

/** Runs a program in a process group of its own; the whole group ends at time-out or abort. Both outputs are one. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, timeoutMs, abortSignal, onOutput }: Options,
): Promise<ProgramResult> {
  const child = spawn(program, args, { cwd, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const kept = new KeptOutput();
  running.add(child);
  let isTimedOut = false;
  const timer = setTimeout(() => {
    isTimedOut = true;
    killProgram(child);
  }, timeoutMs);
  const abort = () => killProgram(child);
  abortSignal?.addEventListener("abort", abort);
  if (abortSignal?.aborted) abort();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      kept.add(bytes);
      onOutput?.(kept);
    });
  }
  try {
    const exitCode = await exitOf(child);
    return {
      output: kept.text(),
      shown: kept.shown(),
      exitCode,
      isTimedOut,
      isAborted: abortSignal?.aborted ?? false,
    };
  } finally {
    clearTimeout(timer);
    abortSignal?.removeEventListener("abort", abort);
    running.delete(child);
  }
}

/** Ends every program that runs: the agent itself is about to end. */
export function killPrograms(): void {
  for (const child of running) killProgram(child);
}

function killProgram(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

function exitOf(
  child: ChildProcess & { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream },
) {
  return new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (exitCode) => {
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        resolve(exitCode);
      }, DRAIN_MS);
      child.once("close", () => {
        clearTimeout(timer);
        resolve(exitCode);
      });
    });
  });
}
