import { and, desc, eq, inArray, ne, notInArray } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type RunRow, runs, type Workroom } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { RunEvent, RunKind, StartRun } from "@/lib/protocol/runs";
import { storableText } from "../chat/storable-json";
import type { Context } from "../context";
import { actorId } from "../system-context";
import { ensureAwake } from "../workspace/ensure-awake";
import { writeAudit } from "../write-audit";
import { followRun } from "./follow-run";

/** Of one workspace; older ones are forgotten. */
const KEPT_RUNS = 100;

export type RunPlan = {
  kind: RunKind;
  source: string;
  path: string | null;
  pluginId: string | null;
  /** How it is called in the audit log. */
  action: string;
  request: Omit<StartRun, "runId" | "isTied">;
  /** Brings what the room lacks, when the engine says so. */
  bring?: () => Promise<void>;
};

/**
 * Runs something in a workspace. With `isTied` the answer comes at its end, and it ends when its caller goes away; else
 * the answer comes when it has begun.
 *
 * @throws AppError what the engine refuses (`invalid_input`, `limit_exceeded`) · `unavailable`
 */
export async function startRun(
  ctx: Context,
  room: Workroom,
  plan: RunPlan,
  { isTied }: { isTied: boolean },
): Promise<RunRow> {
  await ensureAwake(ctx, room, { wakesWorkroom: true, ...(ctx.signal && { signal: ctx.signal }) });
  const request: StartRun = { ...plan.request, runId: newId("run"), isTied: false };
  const row = await addRow(ctx, room, plan, request.runId);
  const cancel = () => void ctx.engine.cancelRun(room.id, row.id).catch(() => undefined);
  if (isTied) ctx.signal?.addEventListener("abort", cancel, { once: true });
  try {
    const events = await begin(ctx, room.id, request, plan.bring);
    if (isTied && ctx.signal?.aborted) cancel();
    const ended = followRun(ctx, row, events);
    if (isTied) return await ended;
    ended.catch(() => undefined); // the sweep looks after it
    return row;
  } catch (error) {
    await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx.delete(runs).where(and(eq(runs.id, row.id), eq(runs.state, "running"))),
    );
    throw error;
  } finally {
    ctx.signal?.removeEventListener("abort", cancel);
  }
}

const addRow = (ctx: Context, room: Workroom, plan: RunPlan, id: string): Promise<RunRow> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const { kind, source, path, pluginId, action, request } = plan;
    const [row] = await tx
      .insert(runs)
      .values({
        id,
        orgId: ctx.orgId,
        workroomId: room.id,
        kind,
        source: storableText(source),
        path,
        pluginId,
        state: "running",
        shown: { result: null, tables: [], images: [], fault: null },
        timeoutMs: request.timeoutMs,
        createdBy: actorId(ctx),
        createdAt: ctx.now(),
      })
      .returning();
    if (!row) throw new Error("A row was inserted.");
    await forgetOld(tx, room.id);
    await writeAudit(tx, ctx, action, room.id, { path: path ?? undefined, pluginId });
    return row;
  });

async function forgetOld(tx: DbTransaction, workroomId: string): Promise<void> {
  const mine = eq(runs.workroomId, workroomId);
  const newest = tx
    .select({ id: runs.id })
    .from(runs)
    .where(mine)
    .orderBy(desc(runs.createdAt), desc(runs.id))
    .limit(KEPT_RUNS);
  const old = await tx
    .select({ id: runs.id })
    .from(runs)
    .where(and(mine, ne(runs.state, "running"), notInArray(runs.id, newest)));
  if (old.length === 0) return;
  await tx.delete(runs).where(
    inArray(
      runs.id,
      old.map(({ id }) => id),
    ),
  );
}

/** Resolves when the run has said that it has begun. */
async function begin(
  ctx: Context,
  roomId: string,
  request: StartRun,
  bring?: () => Promise<void>,
): Promise<AsyncIterable<RunEvent>> {
  const ask = () => open(ctx.engine.startRun(roomId, request, new AbortController().signal));
  try {
    return await ask();
  } catch (error) {
    if (!bring || !(error instanceof AppError) || error.code !== "not_found") throw error;
    await bring();
    return ask();
  }
}

async function open(events: AsyncIterable<RunEvent>): Promise<AsyncIterable<RunEvent>> {
  const reader = events[Symbol.asyncIterator]();
  const first = await reader.next();
  return (async function* () {
    if (!first.done) yield first.value;
    for (let next = await reader.next(); !next.done; next = await reader.next()) yield next.value;
  })();
}
