import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { WorkroomId } from "@/lib/protocol/ids";
import { WorkroomView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { loadWorkroomIn, requireOrdinary } from "./load-workroom";
import { publishWorkroom } from "./publish-change";
import { viewWorkroomIn } from "./view-workroom";

export const renameWorkroom = defineVerb({
  name: "workroom.rename",
  summary: "Gives a workroom another title.",
  input: z.strictObject({ workroomId: WorkroomId, title: z.string().trim().min(1).max(120) }),
  output: WorkroomView,
  action: "workroom.write",
  rest: { method: "PATCH", path: "/workrooms/:workroomId" },
  async run(ctx, { workroomId, title }) {
    const view = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const room = await loadWorkroomIn(tx, ctx, "workroom.write", workroomId, { lock: true });
      requireOrdinary(room);
      await tx.update(workrooms).set({ title }).where(eq(workrooms.id, workroomId));
      await writeAudit(tx, ctx, "workroom.rename", workroomId, {
        before: { title: room.title },
        after: { title },
      });
      return viewWorkroomIn(tx, ctx, { ...room, title });
    });
    publishWorkroom(ctx, workroomId);
    return view;
  },
});
