import { and, asc, eq, ne } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { orgMembers } from "@/lib/db/schema";
import { defineVerb } from "../define-verb";
import { lockOrg } from "../org/lock-org";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { endMembership, passWorkrooms } from "./end-membership";
import { loadMember, requireOtherOwner } from "./load-member";

export const leaveOrg = defineVerb({
  name: "member.leave",
  summary: "Leaves the organisation; the workrooms you made go to its first owner.",
  input: z.strictObject({}),
  output: z.object({ passedWorkrooms: z.number().int() }),
  action: "account.manage",
  rest: { method: "POST", path: "/org/leave" },
  async run(ctx) {
    const passed = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { actor } = await lockOrg(tx, ctx, "account.manage");
      const { userId } = actor;
      const member = await loadMember(tx, ctx.orgId, userId);
      await requireOtherOwner(tx, ctx.orgId, member);
      const successorId = await firstOtherOwner(tx, ctx.orgId, userId);
      const rooms = await passWorkrooms(tx, ctx, { userId, successorId });
      const { name, email, role } = member;
      const detail = { name, email, role, successorId, passedWorkrooms: rooms.length };
      await writeAudit(tx, ctx, "member.leave", userId, detail);
      await endMembership(tx, ctx, { userId });
      return rooms;
    });
    for (const workroomId of passed) publishWorkroom(ctx, workroomId);
    return { passedWorkrooms: passed.length };
  },
});

async function firstOtherOwner(tx: DbTransaction, orgId: string, userId: string): Promise<string> {
  const [owner] = await tx
    .select({ userId: orgMembers.userId })
    .from(orgMembers)
    .where(
      and(eq(orgMembers.orgId, orgId), eq(orgMembers.role, "owner"), ne(orgMembers.userId, userId)),
    )
    .orderBy(asc(orgMembers.createdAt), asc(orgMembers.userId))
    .limit(1);
  if (!owner) throw new Error("An organisation always has an owner.");
  return owner.userId;
}
