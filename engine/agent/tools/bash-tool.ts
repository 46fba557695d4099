import { z } from "zod";
import { firstLine } from "./describe-call";
import { makeTool } from "./make-tool";
import type { KeptOutput } from "./kept-output";
import { runProgram, type ProgramResult } from "./run-program";
import { startInBackground } from "./start-in-background";
import { textContent, type ToolContext, type ToolOutcome } from "./tool-outcome";

const DEFAULT_TIMEOUT_S = 120;
const MAX_TIMEOUT_S = 1_800;
/** Already cut by KeptOutput, with a mark. */
const MAX_SHOWN_CHARS = Number.POSITIVE_INFINITY;
const LIVE_CHARS = 6_000;
const LIVE_FIRST_MS = 100;
const LIVE_MAX_MS = 2_000;

export const makeBashTool = (context: ToolContext) =>
  makeTool({
    description:
      "Run a shell command. Set `background` for servers and anything else that must run on after this turn; it answers with the pid, the log file and the first output.",
    inputSchema: z.object({
      command: z.string().min(1),
      doing: z
        .string()
        .describe('shown to people while it runs, in plain words: "Counting the rows"')
        .optional(),
      done: z.string().describe('shown when it has run: "Counted the rows"').optional(),
      timeout_seconds: z.number().int().min(1).max(MAX_TIMEOUT_S).optional(),
      background: z.boolean().optional(),
    }),
    execute: async (input, { toolCallId, abortSignal }): Promise<ToolOutcome> => {
      if (input.background) return runInBackground(input, context.cwd);
      const timeoutS = input.timeout_seconds ?? DEFAULT_TIMEOUT_S;
      const live = liveOutput(context, toolCallId);
      const result = await runProgram("bash", ["-c", input.command], {
        cwd: context.cwd,
        timeoutMs: timeoutS * 1_000,
        abortSignal,
        onOutput: live.show,
      });
      live.stop();
      return outcomeOf(result, input, timeoutS);
    },
  });

type Described = { command: string; doing?: string | undefined; done?: string | undefined };

/** Shows the end of the output while it grows: at once, then ever less often, so that a long command stays cheap. */
function liveOutput({ send }: ToolContext, toolCallId: string) {
  let waitMs = LIVE_FIRST_MS;
  let timer: NodeJS.Timeout | null = null;
  const show = (kept: KeptOutput) => {
    timer ??= setTimeout(() => {
      timer = null;
      waitMs = Math.min(LIVE_MAX_MS, waitMs * 1.2);
      send({
        sessionUpdate: "tool_call_update",
        toolCallId,
        status: "in_progress",
        content: textContent(kept.last(LIVE_CHARS)),
      });
    }, waitMs);
  };
  return { show, stop: () => timer && clearTimeout(timer) };
}

function outcomeOf(
  { output, shown, exitCode, isTimedOut, isAborted }: ProgramResult,
  { command, doing, done }: Described,
  timeoutS: number,
): ToolOutcome {
  const ending = isAborted
    ? "stopped by the user"
    : isTimedOut
      ? `stopped after ${timeoutS} s`
      : exitCode === 0
        ? ""
        : `exit code ${exitCode ?? "none"}`;
  const line = firstLine(command);
  return {
    text: `${output}${output.endsWith("\n") || output === "" ? "" : "\n"}[${ending || "exit code 0"}]`,
    // What did not come to its end is not said to be done.
    title: ending ? `${doing ?? `Running ${line}`} (${ending})` : (done ?? `Ran ${line}`),
    content: textContent(shown || "(no output)", MAX_SHOWN_CHARS),
    isFailed: ending !== "",
  };
}

async function runInBackground({ command, done }: Described, cwd: string): Promise<ToolOutcome> {
  const { pid, logPath, output, exitCode } = await startInBackground(command, cwd);
  const what = firstLine(command);
  if (exitCode !== null && exitCode !== 0) {
    return {
      text: `It ended at once with exit code ${exitCode}.\n${output}`,
      title: `Could not start ${what} (exit code ${exitCode})`,
      content: textContent(output || "(no output)"),
      isFailed: true,
    };
  }
  return {
    text: `Runs in the background: pid ${pid}, output in ${logPath}.\n${output}`,
    title: done ?? `Started ${what}`,
    content: textContent(output || `Output goes to ${logPath}`),
  };
}
