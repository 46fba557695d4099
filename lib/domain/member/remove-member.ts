import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import { UserId } from "@/lib/protocol/ids";
import { defineVerb } from "../define-verb";
import { lockOrg } from "../org/lock-org";
import { publishWorkroom } from "../workroom/publish-change";
import { writeAudit } from "../write-audit";
import { endMembership, passWorkrooms } from "./end-membership";
import { loadMember, requireOtherOwner } from "./load-member";
import { isAtLeast } from "./member-rank";

export const removeMember = defineVerb({
  name: "member.remove",
  summary: "Takes a member out of the organisation; their workrooms go to a colleague.",
  input: z.strictObject({
    userId: UserId,
    /** Who gets the workrooms the member made; left out: whoever asks. */
    successorId: UserId.optional(),
  }),
  output: z.object({ passedWorkrooms: z.number().int() }),
  action: "org.manage_members",
  rest: { method: "DELETE", path: "/members/:userId" },
  async run(ctx, input) {
    const { userId } = input;
    const passed = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { actor } = await lockOrg(tx, ctx, "org.manage_members");
      const member = await loadMember(tx, ctx.orgId, userId);
      if (userId === actor.userId)
        throw new AppError("conflict", "To go yourself, leave the organisation.");
      if (!isAtLeast(actor.role, member.role))
        throw new AppError("forbidden", "Only an owner removes an owner.");
      await requireOtherOwner(tx, ctx.orgId, member);
      const successorId = input.successorId ?? actor.userId;
      if (successorId === userId)
        throw new AppError("invalid_input", "Choose somebody else for the workrooms.");
      const successor = await loadMember(tx, ctx.orgId, successorId);
      if (successor.role === "viewer")
        throw new AppError("invalid_input", "A viewer can't get workrooms. Choose somebody else.");
      const rooms = await passWorkrooms(tx, ctx, { userId, successorId });
      const { name, email, role } = member;
      const detail = { name, email, role, successorId, passedWorkrooms: rooms.length };
      await writeAudit(tx, ctx, "member.remove", userId, detail);
      await endMembership(tx, ctx, { userId });
      return rooms;
    });
    for (const workroomId of passed) publishWorkroom(ctx, workroomId);
    return { passedWorkrooms: passed.length };
  },
});
