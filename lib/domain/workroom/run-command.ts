import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { WorkroomId } from "@/lib/protocol/ids";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { noteChange } from "../file/change-files";
import { actorId } from "../system-context";
import { loadWorkroom } from "./load-workroom";

const MAX_OUTPUT_CHARACTERS = 500_000;
const GRACE_MS = 10_000;
/** Less than the delay of the checkpoint after a change. */
const SHORT_MS = 1_000;

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
    const startedAt = performance.now();
    // The command and its audit row at once: alone, the row would take longer than many a command. Should the room break
    // off, the row stands, as the command may have run.
    const [ran, noted] = await Promise.allSettled([
      collect(ctx, workroomId, { command, timeoutMs }),
      noteChange(ctx, workroomId, { action: "workroom.exec", path: "" }),
    ]);
    if (ran.status === "rejected") throw ran.reason;
    if (noted.status === "rejected") throw noted.reason;
    // The checkpoint that was asked for at the start may have come before the command's end.
    if (performance.now() - startedAt > SHORT_MS) await askForCheckpoint(ctx, workroomId);
    return ran.value;
  },
});

const askForCheckpoint = (ctx: Context, workroomId: string): Promise<void> =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    ctx.jobs.enqueue(tx, {
      name: "checkpoint_workroom",
      orgId: ctx.orgId,
      workroomId,
      actorId: actorId(ctx),
    }),
  );

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
