import { z } from "zod";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { RunId, WorkspaceId } from "@/lib/protocol/ids";
import { roomPath, WorkspacePath } from "@/lib/protocol/paths";
import {
  CommandText,
  MAX_ANSWER_CHARS,
  MAX_RUN_MS,
  type RunEvent,
  RunEnvironment,
  RunInput,
  runStates,
  type StartRun,
  USUAL_RUN_MS,
} from "@/lib/protocol/runs";
import type { Workroom } from "@/lib/db/schema";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { noteChange } from "../file/change-files";
import { ensureAwake } from "../workspace/ensure-awake";
import { loadWorkspace } from "../workspace/load-workspace";

const GRACE_MS = 10_000;
/** Younger than this, the room need not be noted as used again. */
const USED_WITHIN_MS = 20_000;

/** A command to run in a workspace's sandbox. */
export const ExecInput = z.strictObject({
  workspaceId: WorkspaceId,
  command: CommandText,
  cwd: WorkspacePath.default(""),
  env: RunEnvironment.default({}),
  stdin: RunInput.optional(),
  timeoutMs: z.number().int().min(1).max(MAX_RUN_MS).default(USUAL_RUN_MS),
});
type ExecInput = z.output<typeof ExecInput>;

const ExecOutput = z.object({
  runId: RunId,
  stdout: z.string(),
  stderr: z.string(),
  exitCode: z.number().int().nullable(),
  signal: z.string().nullable(),
  state: z.enum(runStates),
  durationMs: z.number().int(),
  /** Some of the output is not in this answer. */
  isTruncated: z.boolean(),
  /** The file of the workspace that holds the whole of a long output. */
  outputPath: z.string().nullable(),
});

export const executeCommand = defineVerb({
  name: "workspace.exec",
  summary:
    "Runs a command in a workspace's sandbox and answers with what it printed; the workspace wakes for it. Asked with Accept: text/event-stream or application/x-ndjson, it streams.",
  input: ExecInput,
  output: ExecOutput,
  action: "workroom.run",
  rest: { method: "POST", path: "/workspaces/:workspaceId/exec" },
  async run(ctx, asked) {
    const { runId, events } = await openCommand(ctx, asked, ctx.signal);
    const texts = { stdout: "", stderr: "" };
    const isCut = { stdout: false, stderr: false };
    for await (const { word } of events) {
      if (word.type === "stdout" || word.type === "stderr") {
        const space = MAX_ANSWER_CHARS - texts[word.type].length;
        isCut[word.type] ||= word.text.length > space;
        texts[word.type] += word.text.slice(0, Math.max(space, 0));
      }
      if (word.type !== "end") continue;
      const { exitCode, signal, state, durationMs, outputPath } = word;
      const isTruncated = word.isTruncated || isCut.stdout || isCut.stderr;
      return { runId, ...texts, exitCode, signal, state, durationMs, outputPath, isTruncated };
    }
    throw new AppError("unavailable", "The command's end was not reported.");
  },
});

/**
 * Starts a command that ends when its caller goes away. Its room is noted as changed when its words end, whoever reads
 * them.
 *
 * @throws AppError `invalid_input` · `limit_exceeded` · `unavailable`
 */
export async function openCommand(
  ctx: Context,
  { workspaceId, command, cwd, env, stdin, timeoutMs }: ExecInput,
  signal?: AbortSignal,
): Promise<{ room: Workroom; runId: string; events: AsyncIterable<RunEvent> }> {
  const room = await loadWorkspace(ctx, "workroom.run", workspaceId);
  if (!isInUse(ctx, room))
    await ensureAwake(ctx, room, { wakesWorkroom: true, ...(signal && { signal }) });
  const request: StartRun = {
    runId: newId("run"),
    program: { kind: "command", command },
    args: [],
    cwd: roomPath(cwd),
    env,
    stdin: stdin ?? null,
    timeoutMs,
    isTied: true,
  };
  const limit = AbortSignal.timeout(timeoutMs + GRACE_MS);
  const ended = signal ? AbortSignal.any([signal, limit]) : limit;
  return { room, runId: request.runId, events: events(ctx, room, request, ended) };
}

const isInUse = (ctx: Context, room: Workroom) =>
  room.state === "active" &&
  room.desiredState === "active" &&
  ctx.now().getTime() - room.lastActiveAt.getTime() < USED_WITHIN_MS;

async function* events(
  ctx: Context,
  room: Workroom,
  request: StartRun,
  signal: AbortSignal,
): AsyncGenerator<RunEvent> {
  let hasBegun = false;
  try {
    for await (const event of ctx.engine.startRun(room.id, request, signal)) {
      hasBegun = true;
      yield event;
    }
  } finally {
    if (hasBegun) await noteChange(ctx, room.id, { action: "workspace.exec", path: "" });
  }
}
