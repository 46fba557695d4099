import { z } from "zod";
import { AppError } from "@/lib/errors";
import { WorkspaceId } from "@/lib/protocol/ids";
import { roomPath, WorkspacePath } from "@/lib/protocol/paths";
import {
  CodeText,
  MAX_RUN_MS,
  RunArguments,
  RunEnvironment,
  RunInput,
  RunView,
  USUAL_RUN_MS,
} from "@/lib/protocol/runs";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { loadWorkspace } from "../workspace/load-workspace";
import { startRun } from "./start-run";
import { viewRun } from "./view-run";

/** What every kind of run may be given. */
export const RunOptions = {
  args: RunArguments.default([]),
  cwd: WorkspacePath.default(""),
  env: RunEnvironment.default({}),
  stdin: RunInput.optional(),
  timeoutMs: z.number().int().min(1).max(MAX_RUN_MS).default(USUAL_RUN_MS),
  /** False: the answer comes when it has begun. */
  wait: z.boolean().default(true),
};
export type RunOptions = z.output<z.ZodObject<typeof RunOptions>>;

const input = z.strictObject({
  workspaceId: WorkspaceId,
  code: CodeText.optional(),
  path: WorkspacePath.optional(),
  ...RunOptions,
});

export const optionsOf = ({ args, cwd, env, stdin, timeoutMs }: RunOptions) => ({
  args,
  cwd: roomPath(cwd),
  env,
  stdin: stdin ?? null,
  timeoutMs,
});

export const runPython = defineVerb({
  name: "run.python",
  summary:
    "Runs Python in the workspace: code, or a file of it. Answers output, the value of the last expression, tables (pandas) and pictures.",
  input,
  output: RunView,
  action: "workroom.run",
  rest: { method: "POST", path: "/workspaces/:workspaceId/runs/python" },
  run: (ctx, asked) => runCode(ctx, "python", asked),
});

export const runJavascript = defineVerb({
  name: "run.javascript",
  summary:
    "Runs JavaScript (Node) in the workspace: code, or a file of it. Answers output, the value of the last expression, tables and pictures.",
  input,
  output: RunView,
  action: "workroom.run",
  rest: { method: "POST", path: "/workspaces/:workspaceId/runs/javascript" },
  run: (ctx, asked) => runCode(ctx, "javascript", asked),
});

async function runCode(
  ctx: Context,
  kind: "python" | "javascript",
  { workspaceId, code, path, wait, ...options }: z.output<typeof input>,
): Promise<RunView> {
  const room = await loadWorkspace(ctx, "workroom.run", workspaceId);
  if ((code === undefined) === (path === undefined))
    throw new AppError("invalid_input", "Send code, or the path of a file: one of the two.");
  const file = path === undefined ? null : roomPath(path);
  const run = await startRun(
    ctx,
    room,
    {
      kind,
      source: code ?? path ?? "",
      path: path ?? null,
      pluginId: null,
      action: `run.${kind}`,
      request: {
        program: { kind, code: code ?? null, path: file },
        ...optionsOf({ ...options, wait }),
      },
    },
    { isTied: wait },
  );
  return viewRun(run);
}
