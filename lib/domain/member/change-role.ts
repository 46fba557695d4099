import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { orgMembers } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { UserId } from "@/lib/protocol/ids";
import { MemberView } from "@/lib/protocol/views";
import { memberRoles } from "@/lib/protocol/view-names";
import type { PersonActor } from "../context";
import { defineVerb } from "../define-verb";
import { lockOrg } from "../org/lock-org";
import { writeAudit } from "../write-audit";
import { type LoadedMember, loadMember, requireOtherOwner } from "./load-member";
import { isAtLeast } from "./member-rank";
import { viewMember } from "./view-member";

export const changeRole = defineVerb({
  name: "member.change_role",
  summary: "Gives a member another role.",
  input: z.strictObject({ userId: UserId, role: z.enum(memberRoles) }),
  output: MemberView,
  action: "org.manage_members",
  rest: { method: "PATCH", path: "/members/:userId" },
  run: (ctx, { userId, role }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { actor } = await lockOrg(tx, ctx, "org.manage_members");
      const member = await loadMember(tx, ctx.orgId, userId);
      requireMayGive(actor, member, role);
      if (role !== "owner") await requireOtherOwner(tx, ctx.orgId, member);
      const membership = and(eq(orgMembers.orgId, ctx.orgId), eq(orgMembers.userId, userId));
      await tx.update(orgMembers).set({ role }).where(membership);
      const [before, after] = [{ role: member.role }, { role }];
      await writeAudit(tx, ctx, "member.change_role", userId, { before, after });
      return viewMember({ ...member, role }, actor);
    }),
});

/** Owners are made and unmade by owners; nobody raises oneself. */
function requireMayGive(
  actor: PersonActor,
  member: LoadedMember,
  role: LoadedMember["role"],
): void {
  if (!isAtLeast(actor.role, role) || !isAtLeast(actor.role, member.role))
    throw new AppError("forbidden", "Only an owner makes or unmakes owners.");
  if (actor.userId === member.userId && !isAtLeast(member.role, role))
    throw new AppError("forbidden", "Nobody gives themselves more rights.");
}
