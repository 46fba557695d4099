import { setTimeout as pause } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import {
  mirroredObjects,
  type StorageMove,
  storageMoves,
  type Workroom,
  workrooms,
} from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { ObjectStore, StoredObject } from "@/lib/ports/object-store";
import type { StorageTarget } from "@/lib/protocol/workspace";
import { rootOf, storePrefix } from "@/lib/workspace/object-keys";
import { FILES_LOCK_MS, filesLock } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { copyWorkspace, listWorkspace, type Verified } from "./copy-workspace";
import { ROUTE_LIFE_MS } from "./find-route";
import { isRunningMove } from "./move-states";
import { findLastMove } from "./move-storage";
import { readTarget } from "./storage-route";

const MAX_PASSES = 5;
const REPORT_EVERY_MS = 500;
/** A write that began just before the switch may still be on its way; a request of the store takes no longer. */
const SETTLE_MS = ROUTE_LIFE_MS + 3_000;
const OLD_COPY_LIFE_MS = 24 * 60 * 60_000;
const HOST_TIMEOUT_MS = 120_000;

type Plan = {
  room: Workroom;
  move: StorageMove;
  root: string;
  old: StorageTarget;
  next: StorageTarget;
  from: ObjectStore;
  to: ObjectStore;
};

/**
 * Job: moves a workspace while people and programs go on working in it. It copies until little is left, switches new
 * writes to the new place, and then brings over what was written to the old one until then; meanwhile readers look in
 * both. May be cut off anywhere and run again. What can't be mended by trying again ends the move; the workspace then
 * stays where it is.
 */
export async function runStorageMove(
  ctx: Context,
  workroomId: string,
  signal: AbortSignal,
  { settleMs = SETTLE_MS }: { settleMs?: number } = {},
): Promise<void> {
  const plan = await readPlan(ctx, workroomId);
  if (!plan) return;
  const verified: Verified = new Map();
  try {
    if (plan.move.state !== "switching") {
      await claimPlace(plan);
      await copyAll(ctx, plan, verified, signal);
      await announce(ctx, plan);
      await pause(settleMs, undefined, { signal });
    }
    await switchOver(ctx, plan);
    await pause(settleMs, undefined, { signal });
    await copyRest(ctx, plan, verified, signal);
    await finish(ctx, plan);
  } catch (error) {
    if (error instanceof Stopped) return tellHost(ctx, plan.root, plan.old, null);
    await noteFailure(ctx, plan, error);
    throw error;
  }
}

/** Somebody ended the move. */
class Stopped extends Error {}

const readPlan = (ctx: Context, workroomId: string): Promise<Plan | null> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, workroomId));
    const move = await findLastMove(tx, workroomId);
    if (!room || room.deletedAt || !move || !isRunningMove(move)) return null;
    const root = rootOf(room);
    const old = await readTarget(tx, ctx, move.fromStorageId);
    const next = await readTarget(tx, ctx, move.toStorageId);
    const [from, to] = [ctx.buckets.openRoot(old, root), ctx.buckets.openRoot(next, root)];
    return { room, move, root, old, next, from, to };
  });

/** @throws AppError `conflict` when a customer's folder holds something that is not of this workspace */
async function claimPlace({ root, next, to }: Plan): Promise<void> {
  if (next.kind === "managed") return;
  const key = `${storePrefix(root)}/format`;
  const mark = JSON.stringify({ v: 1, root });
  const found = await to.getBytes(key).then(String, (error: unknown) => {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  });
  if (found === mark) return;
  if (found !== null || (await to.list(`${root}/`, { limit: 1 })).length > 0)
    throw new AppError(
      "conflict",
      "This folder of the bucket is not empty. Add the bucket again with an empty folder.",
    );
  await to.put(key, Buffer.from(mark));
}

async function copyAll(
  ctx: Context,
  plan: Plan,
  verified: Verified,
  signal: AbortSignal,
): Promise<void> {
  const all = await listWorkspace(plan.from, plan.root);
  const sizes = new Map(all.map(({ key, size }) => [key, size]));
  const progress = createProgress(ctx, plan, sizes);
  await progress.report();
  for (let pass = 1; pass <= MAX_PASSES; pass += 1) {
    const onObject = progress.onObject;
    const copied = await copyWorkspace({ ...plan, verified, signal, onObject, isSwitched: false });
    await progress.report();
    if (copied === 0) return;
  } // Somebody writes all the time: the rest comes after the switch.
}

/** From now on readers look in the new place as well, so that none misses what others write there after the switch. */
async function announce(ctx: Context, { room, move, root, old, next }: Plan): Promise<void> {
  await change(ctx, move.id, { state: "verifying" });
  await tellHost(ctx, root, old, next);
  publishWorkroom(ctx, room.id);
}

/** Counts objects once, however often they are copied, and stops when somebody ended the move. */
function createProgress(ctx: Context, { move, room }: Plan, sizes: Map<string, number>) {
  const done = new Map<string, number>();
  let reportedAt = 0;
  const report = async () => {
    reportedAt = Date.now();
    const counts = {
      objects: done.size,
      bytes: sum(done.values()),
      totalObjects: sizes.size,
      totalBytes: sum(sizes.values()),
    };
    await change(ctx, move.id, { state: "copying", failure: null, ...counts });
    publishWorkroom(ctx, room.id);
  };
  return {
    report,
    async onObject({ key, size }: StoredObject) {
      done.set(key, size);
      sizes.set(key, size);
      if (Date.now() - reportedAt > REPORT_EVERY_MS) await report();
    },
  };
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, one) => total + one, 0);

/** The new place counts from here on. Under the lock of those who save whole states, so that none is half here, half there. */
async function switchOver(ctx: Context, plan: Plan): Promise<void> {
  const { room, move, root, old, next } = plan;
  await ctx.locks.withLock(filesLock(room.id), FILES_LOCK_MS, async () => {
    await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const [row] = await tx
        .select()
        .from(storageMoves)
        .where(eq(storageMoves.id, move.id))
        .for("update");
      if (!row || !isRunningMove(row)) throw new Stopped();
      if (row.state === "switching") return;
      await tx
        .update(workrooms)
        .set({ storageId: move.toStorageId, mirroredSeq: 0, bucketReadAt: null })
        .where(eq(workrooms.id, room.id));
      // What lies in the new bucket is compared anew.
      await tx.delete(mirroredObjects).where(eq(mirroredObjects.workroomId, room.id));
      await tx.update(storageMoves).set({ state: "switching" }).where(eq(storageMoves.id, move.id));
      await writeAudit(tx, ctx, "storage.switch", room.id, {
        from: move.fromStorageId,
        to: move.toStorageId,
      });
    });
    await tellHost(ctx, root, next, old);
  });
  publishWorkroom(ctx, room.id);
}

async function tellHost(
  { host }: Pick<Context, "host">,
  root: string,
  target: StorageTarget,
  previous: StorageTarget | null,
): Promise<void> {
  const route = { target, previous };
  await host.call("setStorage", { root, route }, { timeoutMs: HOST_TIMEOUT_MS });
}

/** Nobody writes to the old place any more: what came there since the last pass is all that is missing. */
async function copyRest(
  ctx: Context,
  plan: Plan,
  verified: Verified,
  signal: AbortSignal,
): Promise<void> {
  // Once more: somebody who had read the old place just before may have told the host so just after.
  await tellHost(ctx, plan.root, plan.next, plan.old);
  const rest = { ...plan, verified, signal, isSwitched: true };
  await copyWorkspace({ ...rest, onObject: async () => undefined });
}

async function finish(ctx: Context, plan: Plan): Promise<void> {
  const { room, move, root, next } = plan;
  await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const ended = { state: "done", failure: null, endedAt: ctx.now() } as const;
    await tx.update(storageMoves).set(ended).where(eq(storageMoves.id, move.id));
    if (move.fromStorageId !== null) return; // a customer's old copy is the customer's
    const job = { name: "clean_storage_move", orgId: ctx.orgId, workroomId: room.id } as const;
    const runAt = new Date(ctx.now().getTime() + OLD_COPY_LIFE_MS);
    await ctx.jobs.enqueue(tx, job, { runAt });
  });
  await tellHost(ctx, root, next, null);
  publishWorkroom(ctx, room.id);
}

/** What may pass is only noted, and tried again; after the switch nothing is given up. */
async function noteFailure(ctx: Context, plan: Plan, error: unknown): Promise<void> {
  const { room, move, root, old } = plan;
  if (!(error instanceof AppError)) return;
  const isFinal = ["forbidden", "conflict", "invalid_input", "disk_full"].includes(error.code);
  const isEnded = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [row] = await tx.select().from(storageMoves).where(eq(storageMoves.id, move.id));
    if (!row || !isRunningMove(row)) return false;
    const isOver = isFinal && row.state !== "switching";
    await tx
      .update(storageMoves)
      .set({ failure: error.message, ...(isOver && { state: "failed", endedAt: ctx.now() }) })
      .where(eq(storageMoves.id, move.id));
    return isOver;
  });
  if (isEnded) await tellHost(ctx, root, old, null);
  publishWorkroom(ctx, room.id);
}

async function change(ctx: Context, moveId: string, values: Partial<StorageMove>): Promise<void> {
  await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const isIt = eq(storageMoves.id, moveId);
    const [row] = await tx.select().from(storageMoves).where(isIt).for("update");
    if (!row || !isRunningMove(row)) throw new Stopped();
    await tx.update(storageMoves).set(values).where(isIt);
  });
}
