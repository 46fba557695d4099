import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { WorkroomId } from "@/lib/protocol/ids";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { loadWorkroomIn, requireOrdinary } from "./load-workroom";
import { publishWorkroom } from "./publish-change";

export const deleteWorkroom = defineVerb({
  name: "workroom.delete",
  summary: "Deletes a workroom with its files, chats and App.",
  input: z.strictObject({ workroomId: WorkroomId }),
  output: z.object({}),
  action: "workroom.delete",
  rest: { method: "DELETE", path: "/workrooms/:workroomId" },
  async run(ctx, { workroomId }) {
    await inOrg(ctx.db, ctx.orgId, async (tx) => {
      requireOrdinary(await loadWorkroomIn(tx, ctx, "workroom.delete", workroomId, { lock: true }));
      await tx
        .update(workrooms)
        .set({
          deletedAt: ctx.now(),
          desiredState: "archived",
          generation: sql`${workrooms.generation} + 1`,
        })
        .where(eq(workrooms.id, workroomId));
      await writeAudit(tx, ctx, "workroom.delete", workroomId);
      await ctx.jobs.enqueue(tx, { name: "reconcile_workroom", orgId: ctx.orgId, workroomId });
    });
    publishWorkroom(ctx, workroomId);
    return {};
  },
});
