import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { turns } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkroomView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { loadWorkroomIn } from "./load-workroom";
import { publishWorkroom } from "./publish-change";
import { viewWorkroomIn } from "./view-workroom";
import { wishState } from "./wish-state";

export const sleepWorkroom = defineVerb({
  name: "workroom.sleep",
  summary: "Saves a workroom's files and ends its processes; a message or a click wakes it.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: WorkroomView,
  action: "workroom.write",
  rest: { method: "POST", path: "/workrooms/:workroomId/sleep" },
  async run(ctx, { workroomId }) {
    const view = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkroomIn(tx, ctx, "workroom.write", workroomId, { lock: true });
      if (await hasRunningTurn(tx, workroomId))
        throw new AppError(
          "conflict",
          "The employee is at work. Stop it first, then put it to sleep.",
        );
      await writeAudit(tx, ctx, "workroom.sleep", workroomId);
      const wish = { desiredState: "sleeping", reason: "user" } as const;
      return viewWorkroomIn(tx, ctx, await wishState(tx, ctx, room, wish));
    });
    publishWorkroom(ctx, workroomId);
    return view;
  },
});

/** Asked under the room's row lock, so that no turn can start meanwhile. */
export async function hasRunningTurn(tx: DbTransaction, workroomId: string): Promise<boolean> {
  const running = and(eq(turns.workroomId, workroomId), eq(turns.state, "running"));
  return (await tx.select({ id: turns.id }).from(turns).where(running).limit(1)).length > 0;
}

/** A turn that runs, or whose end is not saved yet. */
export async function hasOpenTurn(tx: DbTransaction, workroomId: string): Promise<boolean> {
  const open = and(eq(turns.workroomId, workroomId), isNull(turns.finishedAt));
  return (await tx.select({ id: turns.id }).from(turns).where(open).limit(1)).length > 0;
}
