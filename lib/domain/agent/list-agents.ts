import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { agents } from "@/lib/db/schema";
import { AgentView } from "@/lib/protocol/workspace-views";
import { authorize } from "../authorize";
import { cutPage, defineCursor, NextCursor, pageInput } from "../cursor";
import { defineVerb } from "../define-verb";
import { viewAgents } from "./view-agent";

const position = defineCursor("agents", z.tuple([z.string(), z.string()]));

export const listAgents = defineVerb({
  name: "agent.list",
  summary: "Lists the AI employees of the organisation, the oldest first.",
  input: z.strictObject(pageInput({ max: 100, usual: 50 })),
  output: z.object({ agents: z.array(AgentView), nextCursor: NextCursor }),
  action: "agent.read",
  rest: { method: "GET", path: "/agents" },
  async run(ctx, { cursor, limit }) {
    authorize(ctx, "agent.read", { kind: "org", orgId: ctx.orgId });
    const after = position.read(cursor);
    const { createdAt: at, id } = agents;
    return readInOrg(ctx.db, ctx.orgId, async (tx) => {
      const rows = await tx
        .select({ agent: agents, at: sql<string>`${at}::text` })
        .from(agents)
        .where(
          and(
            eq(agents.orgId, ctx.orgId),
            isNull(agents.deletedAt),
            after ? sql`(${at}, ${id}) > (${after[0]}::timestamptz, ${after[1]})` : undefined,
          ),
        )
        .orderBy(asc(at), asc(id))
        .limit(limit + 1);
      const { page, nextCursor } = cutPage(rows, limit, (last) =>
        position.write([last.at, last.agent.id]),
      );
      const views = await viewAgents(
        tx,
        ctx,
        page.map(({ agent }) => agent),
      );
      return { agents: views, nextCursor };
    });
  },
});
