import { asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { orgMembers, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { MemberView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { memberColumns } from "./load-member";
import { viewMember } from "./view-member";

const MAX_MEMBERS = 2_000;

export const listMembers = defineVerb({
  name: "member.list",
  summary: "Lists the organisation's members by name.",
  input: z.strictObject({}),
  output: z.object({ members: z.array(MemberView) }),
  action: "org.read",
  rest: { method: "GET", path: "/members" },
  async run(ctx) {
    authorize(ctx, "org.read", { kind: "org", orgId: ctx.orgId });
    const { actor, orgId } = ctx;
    if (actor.kind !== "user") throw new AppError("forbidden", "Members are shown to members.");
    return inOrg(ctx.db, orgId, async (tx) => {
      const rows = await tx
        .select(memberColumns)
        .from(orgMembers)
        .innerJoin(users, eq(users.id, orgMembers.userId))
        .where(eq(orgMembers.orgId, orgId))
        .orderBy(asc(sql`lower(${users.name})`), asc(users.id))
        .limit(MAX_MEMBERS);
      return { members: rows.map((row) => viewMember(row, actor)) };
    });
  },
});
