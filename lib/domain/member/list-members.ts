import { and, asc, eq, sql } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { orgMembers, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { MemberView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { memberColumns } from "./load-member";
import { viewMember } from "./view-member";

const position = defineCursor("members", z.tuple([z.string(), z.string()]));

export const listMembers = defineVerb({
  name: "member.list",
  summary: "Lists the organisation's members by name.",
  input: z.strictObject(pageInput({ max: 2_000, usual: 2_000 })),
  output: z.object({ members: z.array(MemberView), nextCursor: NextCursor }),
  action: "org.read",
  rest: { method: "GET", path: "/members" },
  async run(ctx, { cursor, limit }) {
    authorize(ctx, "org.read", { kind: "org", orgId: ctx.orgId });
    const { actor, orgId } = ctx;
    if (actor.kind !== "user") throw new AppError("forbidden", "Members are shown to members.");
    const after = position.read(cursor);
    const sortName = sql<string>`lower(${users.name})`;
    const isAfter = after && sql`(${sortName}, ${users.id}) > (${after[0]}, ${after[1]})`;
    return readInOrg(ctx.db, orgId, async (tx) => {
      const rows = await tx
        .select({ ...memberColumns, sortName })
        .from(orgMembers)
        .innerJoin(users, eq(users.id, orgMembers.userId))
        .where(and(eq(orgMembers.orgId, orgId), isAfter ?? undefined))
        .orderBy(asc(sortName), asc(users.id))
        .limit(limit + 1);
      const { page, nextCursor } = cutPage(rows, limit, (row) =>
        position.write([row.sortName, row.userId]),
      );
      return { members: page.map((row) => viewMember(row, actor)), nextCursor };
    });
  },
});
