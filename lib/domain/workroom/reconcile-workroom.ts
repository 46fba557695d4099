import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { SandboxStatus } from "@/lib/protocol/host";
import { openWorkspace } from "../commit/open-workspace";
import type { Context } from "../context";
import { destroyWorkroom } from "./destroy-workroom";
import { setState } from "./set-state";
import { startSandbox } from "./start-sandbox";
import { stopSandbox } from "./stop-sandbox";

const MAX_ROUNDS = 5;
const BUSY_RETRY_MS = 1_000;
const WAITING = "Waiting for the part of Workroom that runs the rooms";

/**
 * Job: brings a room's sandbox to what is wished and records what was reached. The only writer of `state`; one at a
 * time per room, on whatever web it runs. A wish that was made meanwhile is followed before it ends. Safe to repeat.
 */
export async function reconcileWorkroom(ctx: Context, workroomId: string): Promise<void> {
  const lock = await ctx.locks.tryLock(`reconcile:${workroomId}`);
  if (!lock) return askAgain(ctx, workroomId);
  try {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const room = await readRoom(ctx, workroomId);
      if (!room) return;
      await reach(ctx, room);
      const now = await readRoom(ctx, workroomId);
      if (!now || now.generation === room.generation) return;
    }
    throw new AppError("conflict", "The wishes for this room change faster than it can follow.");
  } finally {
    await lock.release();
  }
}

/** Another web is at work on this room, and most likely does what this job is for: a look afterwards is enough. */
const askAgain = (ctx: Context, workroomId: string): Promise<void> =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    ctx.jobs.enqueue(
      tx,
      { name: "reconcile_workroom", orgId: ctx.orgId, workroomId },
      { runAt: new Date(ctx.now().getTime() + BUSY_RETRY_MS) },
    ),
  );

const readRoom = (ctx: Context, workroomId: string): Promise<Workroom | undefined> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, workroomId));
    return room;
  });

async function reach(ctx: Context, room: Workroom): Promise<void> {
  if (room.deletedAt) return destroyWorkroom(ctx, room);
  const sandboxes = await listSandboxes(ctx, room);
  const sandbox = sandboxes.find(({ roomId }) => roomId === room.id);
  if (room.desiredState === "active") return reachActive(ctx, room, sandbox);
  const isDown = !sandbox || sandbox.state === "stopped";
  if (room.state === "sleeping" && isDown && room.transition === null) return;
  await stopSandbox(ctx, room, isDown);
}

/** While the host is down, the page says what the room waits for; the job comes again. */
async function listSandboxes(ctx: Context, room: Workroom): Promise<SandboxStatus[]> {
  try {
    return (await ctx.host.call("list", {})).sandboxes;
  } catch (error) {
    if (room.transition !== WAITING) await setState(ctx, room.id, { transition: WAITING });
    throw error;
  }
}

async function reachActive(
  ctx: Context,
  room: Workroom,
  sandbox: SandboxStatus | undefined,
): Promise<void> {
  const runs = sandbox?.state === "running" || sandbox?.state === "frozen";
  const isOurs = runs && sandbox.epoch === room.epoch && room.epoch > 0;
  if (room.state === "active" && isOurs) {
    if (room.transition !== null) await setState(ctx, room.id, { transition: null });
    // A host that was restarted has forgotten what is committed of the room.
    await openWorkspace(ctx, room.id);
    return;
  }
  // A failed start waits for a person: trying it over and over would only repeat the failure.
  if (room.state === "failed" && room.failure !== null) return;
  await startSandbox(ctx, room, { isRunning: isOurs });
}
