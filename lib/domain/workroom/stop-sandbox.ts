import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { setState } from "./set-state";
import { hasRunningTurn } from "./sleep-workroom";
import { interruptTurns } from "./start-sandbox";
import { wishState } from "./wish-state";

const STOP_TIMEOUT_MS = 60_000;

/** Saves the files and ends every process of the room. A turn that runs blocks it, looked at just before the stop. */
export async function stopSandbox(ctx: Context, room: Workroom, isDown: boolean): Promise<void> {
  if (isDown) await interruptTurns(ctx, room);
  else if (await keepAwake(ctx, room)) return;
  await setState(ctx, room.id, { transition: "Saving the files" });
  const save = async () => {
    const cause = { reason: "sleep", turnId: null, actorId: null } as const;
    if (room.epoch > 0) await takeCheckpoint(ctx, room.id, cause);
  };
  await save();
  await setState(ctx, room.id, { transition: "Ending its processes" });
  await ctx.host.call("stop", { roomId: room.id }, { timeoutMs: STOP_TIMEOUT_MS });
  // What its programs wrote until their end; most often nothing.
  await save();
  await setState(ctx, room.id, {
    state: "sleeping",
    transition: null,
    failure: null,
    previewPorts: [],
  });
}

/** Under the room's lock no turn can start; one that did before the wish was made takes the wish back. */
const keepAwake = (ctx: Context, room: Workroom): Promise<boolean> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const mine = eq(workrooms.id, room.id);
    const [locked] = await tx.select().from(workrooms).where(mine).for("no key update");
    if (!locked || locked.generation !== room.generation) return true; // a newer wish: look again
    if (!(await hasRunningTurn(tx, room.id))) return false;
    await wishState(tx, ctx, room, { desiredState: "active", reason: "message" });
    return true;
  });
