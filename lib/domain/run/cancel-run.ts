import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { AppError, notFound } from "@/lib/errors";
import { RunId, WorkspaceId } from "@/lib/protocol/ids";
import { defineVerb } from "../define-verb";
import { loadWorkspace } from "../workspace/load-workspace";
import { writeAudit } from "../write-audit";

export const cancelRun = defineVerb({
  name: "run.cancel",
  summary:
    "Ends a run, or a command that is streamed, with everything it has started. One that has ended stays as it is.",
  input: z.strictObject({ workspaceId: WorkspaceId, runId: RunId }),
  output: z.object({ wasRunning: z.boolean() }),
  action: "workroom.run",
  rest: { method: "DELETE", path: "/workspaces/:workspaceId/runs/:runId" },
  async run(ctx, { workspaceId, runId }) {
    const room = await loadWorkspace(ctx, "workroom.run", workspaceId);
    if (room.state !== "active") return { wasRunning: false };
    try {
      await ctx.engine.cancelRun(room.id, runId);
    } catch (error) {
      if (error instanceof AppError && error.code === "not_found") throw notFound("Run");
      throw error;
    }
    await inOrg(ctx.db, ctx.orgId, (tx) => writeAudit(tx, ctx, "run.cancel", room.id, { runId }));
    return { wasRunning: true };
  },
});
