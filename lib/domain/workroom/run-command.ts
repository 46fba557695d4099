import { z } from "zod";
import { AppError } from "@/lib/errors";
import { WorkroomId } from "@/lib/protocol/ids";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { noteChange } from "../file/change-files";
import { loadWorkroom } from "./load-workroom";

const MAX_OUTPUT_CHARACTERS = 500_000;
const GRACE_MS = 10_000;

const permission = "workroom.run";

const Output = z.object({
  stdout: z.string(),
  stderr: z.string(),
  exitCode: z.number().int().nullable(),
  isTimedOut: z.boolean(),
  isTruncated: z.boolean(),
});

export const runCommand = defineVerb({
  name: "workroom.exec",
  summary: "Runs a command in the workroom's sandbox and answers with what it printed.",
  input: z.strictObject({
    workroomId: WorkroomId,
    command: z.string().min(1).max(100_000),
    timeoutMs: z.number().int().min(1).max(600_000).default(60_000),
  }),
  output: Output,
  action: permission,
  rest: { method: "POST", path: "/workrooms/:workroomId/exec" },
  async run(ctx, { workroomId, command, timeoutMs }) {
    const room = await loadWorkroom(ctx, permission, workroomId);
    if (room.state !== "active")
      throw new AppError("conflict", "The workroom is asleep. Wake it first.");
    // A room that is active has its files on its disk: there is nothing to bring.
    const output = await collect(ctx, workroomId, { command, timeoutMs });
    await noteChange(ctx, workroomId, { action: "workroom.exec", path: "" });
    return output;
  },
});

async function collect(
  ctx: Context,
  workroomId: string,
  request: { command: string; timeoutMs: number },
): Promise<z.infer<typeof Output>> {
  const text = { stdout: "", stderr: "" };
  let isTruncated = false;
  const signal = AbortSignal.timeout(request.timeoutMs + GRACE_MS);
  for await (const chunk of ctx.engine.exec(workroomId, request, signal)) {
    if (chunk.type === "exit")
      return { ...text, isTruncated, exitCode: chunk.exitCode, isTimedOut: chunk.isTimedOut };
    const space = MAX_OUTPUT_CHARACTERS - text[chunk.type].length;
    if (chunk.text.length > space) isTruncated = true;
    text[chunk.type] += chunk.text.slice(0, Math.max(space, 0));
  }
  throw new AppError("unavailable", "The command's end was not reported.");
}
