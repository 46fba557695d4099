import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { workroomShares } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { WorkroomId } from "@/lib/protocol/ids";
import { ShareSubject, ShareView } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { loadWorkroomIn } from "../workroom/load-workroom";
import { publishWorkroom, publishWorkroomTo } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { readShares, userIdOf } from "./view-share";

export const removeShare = defineVerb({
  name: "share.remove",
  summary: "Takes a workroom back from a member, or from everyone in the organisation.",
  input: z.strictObject({ workroomId: WorkroomId, subject: ShareSubject }),
  output: z.object({ shares: z.array(ShareView) }),
  action: "workroom.share",
  rest: { method: "DELETE", path: "/workrooms/:workroomId/shares/:subject" },
  async run(ctx, { workroomId, subject }) {
    const userId = userIdOf(subject);
    const shares = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      await loadWorkroomIn(tx, ctx, "workroom.share", workroomId, { lock: true });
      const named = and(
        eq(workroomShares.workroomId, workroomId),
        eq(workroomShares.userId, userId),
      );
      const [gone] = await tx.delete(workroomShares).where(named).returning();
      if (!gone) throw notFound("Share");
      await writeAudit(tx, ctx, "share.remove", workroomId, {
        userId: subject,
        before: { access: gone.access },
        after: { access: null },
      });
      return readShares(tx, workroomId);
    });
    publishWorkroomTo(ctx, workroomId, userId);
    publishWorkroom(ctx, workroomId);
    return { shares };
  },
});
