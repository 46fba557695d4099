import { and, eq } from "drizzle-orm";
import { inOrg, readInOrg } from "@/lib/db/client";
import { type RunRow, runs, workrooms } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { RunEvent, RunState } from "@/lib/protocol/runs";
import type { Context } from "../context";
import { actorId } from "../system-context";
import { GatheredRun } from "./gathered-run";

const AGAIN_AFTER_MS = 1_000;
const MAX_TRIES = 30;
const KEEP_AWAKE_MS = 30_000;

/** Runs that this web follows to their end. */
const followed = new Set<string>();
export const isFollowed = (runId: string): boolean => followed.has(runId);

/**
 * Reads what a run says to its end and books its outcome. A line to the room that breaks is taken up again where it was;
 * a run whose sandbox has ended is interrupted. While it goes, its room counts as used.
 */
export async function followRun(
  ctx: Context,
  run: Pick<RunRow, "id" | "workroomId">,
  first?: AsyncIterable<RunEvent>,
): Promise<RunRow> {
  const gathered = new GatheredRun();
  followed.add(run.id);
  const timer = setInterval(() => void keepAwake(ctx, run.workroomId), KEEP_AWAKE_MS);
  try {
    for (let tries = 0; gathered.end === null && tries < MAX_TRIES; tries += 1) {
      const events = tries === 0 && first ? first : engineEvents(ctx, run, gathered.n);
      if (!(await readOn(ctx, run, events, gathered))) break;
    }
    return await bookEnd(ctx, run, gathered);
  } finally {
    clearInterval(timer);
    followed.delete(run.id);
  }
}

const engineEvents = (ctx: Context, run: Pick<RunRow, "id" | "workroomId">, after: number) =>
  ctx.engine.followRun(run.workroomId, run.id, after, new AbortController().signal);

/** False: there is nothing more to come. */
async function readOn(
  ctx: Context,
  run: Pick<RunRow, "workroomId">,
  events: AsyncIterable<RunEvent>,
  gathered: GatheredRun,
): Promise<boolean> {
  try {
    for await (const event of events) gathered.take(event);
    return false;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "unavailable") return false;
    if (!(await isAwake(ctx, run.workroomId))) return false;
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    return true;
  }
}

const isAwake = (ctx: Context, workroomId: string): Promise<boolean> =>
  readInOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, workroomId));
    return room?.state === "active" && room.deletedAt === null;
  });

async function keepAwake(ctx: Context, workroomId: string): Promise<void> {
  const values = { lastActiveAt: ctx.now() };
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(workrooms).set(values).where(eq(workrooms.id, workroomId)),
  ).catch(() => undefined); // the next one comes soon
}

/** Booked once: whoever comes later finds it done. */
const bookEnd = (
  ctx: Context,
  { id, workroomId }: Pick<RunRow, "id" | "workroomId">,
  gathered: GatheredRun,
): Promise<RunRow> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const { end } = gathered;
    const state: RunState = end?.state ?? "interrupted";
    const open = and(eq(runs.id, id), eq(runs.state, "running"));
    await tx
      .update(runs)
      .set({
        state,
        exitCode: end?.exitCode ?? null,
        signal: end?.signal ?? null,
        stdout: gathered.text("stdout"),
        stderr: gathered.text("stderr"),
        shown: gathered.shown(),
        outputPath: end?.outputPath ?? null,
        durationMs: end?.durationMs ?? null,
        endedAt: ctx.now(),
      })
      .where(open);
    const [ended] = await tx.select().from(runs).where(eq(runs.id, id));
    if (!ended) throw notFound("Run");
    await ctx.jobs.enqueue(tx, {
      name: "checkpoint_workroom",
      orgId: ctx.orgId,
      workroomId,
      actorId: actorId(ctx),
    });
    return ended;
  });
