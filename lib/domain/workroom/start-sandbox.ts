import { and, eq, inArray } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { chats, messages, turns, type Workroom, workrooms } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { bringFiles } from "../checkpoint/bring-files";
import { openWorkspace } from "../commit/open-workspace";
import type { Context } from "../context";
import { endTurnIn } from "../turn/end-turn";
import { publishChat } from "./publish-change";
import { setState } from "./set-state";

const START_TIMEOUT_MS = 90_000;
/** A sandbox that ends again this soon after its start is not started a third time by itself. */
const UNSTABLE_MS = 15_000;

/** Starts the sandbox in a new epoch, or goes on with one that already runs in this epoch. */
export async function startSandbox(
  ctx: Context,
  room: Workroom,
  { isRunning }: { isRunning: boolean },
): Promise<void> {
  const hasCrashed = room.state === "active" && !isRunning;
  if (hasCrashed) await interruptTurns(ctx, room);
  if (hasCrashed && room.reason === "crash" && isUnstable(ctx, room)) {
    const failure =
      "The sandbox ended twice in a row right after its start. Wake the workroom to try again.";
    await setState(ctx, room.id, { state: "failed", transition: null, failure });
    return;
  }
  const epoch = isRunning ? room.epoch : room.epoch + 1;
  // The epoch is raised before the start: whatever an older life still sends or saves is refused from now on.
  await setState(ctx, room.id, {
    state: "booting",
    epoch,
    failure: null,
    transition: "Starting the sandbox",
    previewPorts: [],
    ...(hasCrashed ? { reason: "crash" as const } : {}),
  });
  try {
    await bringFiles(ctx, room.id, async () => {
      await setState(ctx, room.id, { transition: "Bringing the files back" });
    });
    await openWorkspace(ctx, room.id);
    const { bootMs } = await ctx.host.call(
      "start",
      {
        roomId: room.id,
        epoch,
        limits: ctx.settings.roomLimits,
        quota: room.quota,
        group: ctx.orgId,
      },
      { timeoutMs: START_TIMEOUT_MS },
    );
    await goOn(ctx, room.id, Math.max(1, Math.round(bootMs)));
  } catch (error) {
    await recordFailure(ctx, room.id, error);
  }
}

const isUnstable = (ctx: Context, room: Workroom) =>
  room.bootedAt !== null && ctx.now().getTime() - room.bootedAt.getTime() < UNSTABLE_MS;

/** The room is up: what waited for it goes on. */
async function goOn(ctx: Context, workroomId: string, bootMs: number): Promise<void> {
  await setState(ctx, workroomId, {
    state: "active",
    transition: null,
    failure: null,
    bootMs,
    bootedAt: ctx.now(),
  });
  await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const { orgId } = ctx;
    await ctx.jobs.enqueue(tx, { name: "check_walls", orgId, workroomId });
    const inRoom = and(eq(chats.workroomId, workroomId), eq(messages.state, "queued"));
    const waiting = await tx
      .selectDistinct({ chatId: messages.chatId })
      .from(messages)
      .innerJoin(chats, eq(chats.id, messages.chatId))
      .where(inRoom);
    const offered = await tx
      .selectDistinct({ chatId: turns.chatId })
      .from(turns)
      .where(and(eq(turns.workroomId, workroomId), eq(turns.state, "running")));
    for (const chatId of new Set([...waiting, ...offered].map((row) => row.chatId)))
      await ctx.jobs.enqueue(tx, { name: "dispatch_turn", orgId, chatId });
  });
}

async function recordFailure(ctx: Context, workroomId: string, error: unknown): Promise<void> {
  // A host that is down, or that is just being restarted, is no fault of the room: the job comes again.
  await ctx.host.call("list", {});
  const isKnown = error instanceof AppError && error.code !== "internal";
  const why = isKnown ? error.message : "Something went wrong on our side.";
  const failure = `The sandbox did not start. ${why}`;
  await setState(ctx, workroomId, { state: "failed", transition: null, failure });
  if (!isKnown) throw error; // logged by the job runner, and tried again
}

/** Turns of a life that has ended: the page says so, and the chat goes on. */
export async function interruptTurns(
  ctx: Context,
  room: Pick<Workroom, "id">,
  why = "The sandbox ended in the middle of this turn. Its files are kept; say how to go on.",
): Promise<void> {
  const ended = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    await tx.select().from(workrooms).where(eq(workrooms.id, room.id)).for("no key update");
    const running = and(eq(turns.workroomId, room.id), inArray(turns.state, ["running"]));
    const rows = await tx.select().from(turns).where(running);
    const end = { reason: "interrupted", message: why, inputTokens: null, outputTokens: null };
    const done = [];
    for (const turn of rows) {
      // One that the engine never took is not cut: it is offered to the next life.
      if (turn.acceptedAt)
        done.push(await endTurnIn(tx, ctx, turn.id, { ...end, reason: "interrupted" }));
    }
    return done;
  });
  for (const turn of ended) if (turn) publishChat(ctx, turn.chatId);
}
