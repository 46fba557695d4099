import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { WorkroomId } from "@/lib/protocol/ids";
import { WallsView } from "@/lib/protocol/views";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { loadWorkroom } from "./load-workroom";
import { publishWorkroom } from "./publish-change";

const PROBE_TIMEOUT_MS = 60_000;

export const checkWalls = defineVerb({
  name: "workroom.check_walls",
  summary: "Attacks the sandbox's walls from inside this room and shows what held.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: WallsView,
  action: "workroom.run",
  rest: { method: "POST", path: "/workrooms/:workroomId/walls" },
  async run(ctx, { workroomId }) {
    const room = await loadWorkroom(ctx, "workroom.run", workroomId);
    if (room.state !== "active")
      throw new AppError("conflict", "Wake the workroom first: its walls are checked from inside.");
    return probeAndStore(ctx, workroomId);
  },
});

/**
 * After a start. A room that sleeps or is gone by now is checked when it starts again; that it went away in the middle
 * is no failure either.
 */
export async function checkStartedRoom(ctx: Context, workroomId: string): Promise<void> {
  if (!(await isUp(ctx, workroomId))) return;
  try {
    await probeAndStore(ctx, workroomId);
  } catch (error) {
    if (await isUp(ctx, workroomId)) throw error;
  }
}

async function isUp(ctx: Context, workroomId: string): Promise<boolean> {
  const [room] = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx
      .select({ state: workrooms.state, wished: workrooms.desiredState })
      .from(workrooms)
      .where(and(eq(workrooms.id, workroomId), isNull(workrooms.deletedAt))),
  );
  return room?.state === "active" && room.wished === "active";
}

/** Runs the probes in the room and keeps their outcome with it. */
async function probeAndStore(ctx: Context, workroomId: string): Promise<WallsView> {
  const { probes } = await ctx.host.call(
    "probeWalls",
    { roomId: workroomId },
    { timeoutMs: PROBE_TIMEOUT_MS },
  );
  const checkedAt = ctx.now();
  await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const values = { wallProbes: probes, wallsCheckedAt: checkedAt };
    await tx.update(workrooms).set(values).where(eq(workrooms.id, workroomId));
    await writeAudit(tx, ctx, "workroom.check_walls", workroomId);
  });
  publishWorkroom(ctx, workroomId);
  return { checkedAt: checkedAt.toISOString(), probes };
}
