import { and, eq } from "drizzle-orm";
import { readInOrg } from "@/lib/db/client";
import { type RunRow, runs, type Workroom } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import type { Action } from "../authorize";
import type { Context } from "../context";
import { loadWorkspaceIn } from "../workspace/load-workspace";

/** A run of a workspace and the room it ran in. @throws AppError `not_found` · `forbidden` */
export const loadRun = (
  ctx: Context,
  action: Action,
  { workspaceId, runId }: { workspaceId: string; runId: string },
): Promise<{ room: Workroom; run: RunRow }> =>
  readInOrg(ctx.db, ctx.orgId, async (tx) => {
    const room = await loadWorkspaceIn(tx, ctx, action, workspaceId);
    const mine = and(eq(runs.id, runId), eq(runs.workroomId, room.id));
    const [run] = await tx.select().from(runs).where(mine);
    if (!run) throw notFound("Run");
    return { room, run };
  });
