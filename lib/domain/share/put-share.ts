import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { EVERYBODY, orgMembers, workroomShares } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { WorkroomId } from "@/lib/protocol/ids";
import { ShareSubject, ShareView, shareAccess } from "@/lib/protocol/views";
import { defineVerb } from "../define-verb";
import { actorId } from "../system-context";
import { loadWorkroomIn, requireOrdinary } from "../workroom/load-workroom";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { readShares, userIdOf } from "./view-share";

export const putShare = defineVerb({
  name: "share.put",
  summary:
    "Shares a workroom with a member or with everyone in the organisation, to view or to edit.",
  input: z.strictObject({
    workroomId: WorkroomId,
    subject: ShareSubject,
    access: z.enum(shareAccess),
  }),
  output: z.object({ shares: z.array(ShareView) }),
  action: "workroom.share",
  rest: { method: "PUT", path: "/workrooms/:workroomId/shares/:subject" },
  async run(ctx, { workroomId, subject, access }) {
    const userId = userIdOf(subject);
    const { orgId } = ctx;
    const shares = await inOrg(ctx.db, orgId, async (tx) => {
      const room = await loadWorkroomIn(tx, ctx, "workroom.share", workroomId, { lock: true });
      requireOrdinary(room);
      if (room.openness === "open")
        throw new AppError("conflict", "Everyone in the organisation can work in it already.");
      if (userId === room.createdBy)
        throw new AppError("invalid_input", "It is this person's workroom already.");
      if (userId !== EVERYBODY) await requireMember(tx, orgId, userId);
      const named = and(
        eq(workroomShares.workroomId, workroomId),
        eq(workroomShares.userId, userId),
      );
      const [before] = await tx.select().from(workroomShares).where(named);
      await tx
        .insert(workroomShares)
        .values({
          orgId,
          workroomId,
          userId,
          access,
          createdBy: actorId(ctx),
          createdAt: ctx.now(),
        })
        .onConflictDoUpdate({
          target: [workroomShares.workroomId, workroomShares.userId],
          set: { access },
        });
      await writeAudit(tx, ctx, "share.put", workroomId, {
        userId: subject,
        before: { access: before?.access ?? null },
        after: { access },
      });
      return readShares(tx, workroomId);
    });
    publishWorkroom(ctx, workroomId);
    return { shares };
  },
});

async function requireMember(tx: DbTransaction, orgId: string, userId: string): Promise<void> {
  const named = and(eq(orgMembers.orgId, orgId), eq(orgMembers.userId, userId));
  const [member] = await tx.select({ userId: orgMembers.userId }).from(orgMembers).where(named);
  if (!member) throw notFound("Member");
}
