import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { WorkspaceId } from "@/lib/protocol/ids";
import { OutputQuota } from "@/lib/protocol/workspace";
import { WorkspaceView } from "@/lib/protocol/workspace-views";
import { defineVerb } from "../define-verb";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { loadWorkspaceIn } from "./load-workspace";
import { viewWorkspace } from "./view-workspace";

/** As the log says it. */
const noLimits = { maxFileBytes: null, maxFiles: null, maxTotalBytes: null };

export const changeQuota = defineVerb({
  name: "workspace.change_quota",
  summary:
    "Sets the limits of a workspace's output, or takes them away; they hold from now on, also for what runs.",
  input: z.strictObject({ workspaceId: WorkspaceId, quota: OutputQuota.nullable() }),
  output: WorkspaceView,
  action: "workspace.configure",
  rest: { method: "PUT", path: "/workspaces/:workspaceId/quota" },
  async run(ctx, { workspaceId, quota }) {
    const room = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkspaceIn(tx, ctx, "workspace.configure", workspaceId, {
        lock: true,
      });
      await tx.update(workrooms).set({ quota }).where(eq(workrooms.id, room.id));
      await writeAudit(tx, ctx, "workspace.change_quota", room.id, {
        before: room.quota ?? noLimits,
        after: quota ?? noLimits,
      });
      return { ...room, quota };
    });
    // What runs is told as well; asked for again, a call that failed here is made up for.
    await ctx.host.call("setQuota", { roomId: room.id, quota });
    publishWorkroom(ctx, room.id);
    return viewWorkspace(ctx, workspaceId, room);
  },
});
