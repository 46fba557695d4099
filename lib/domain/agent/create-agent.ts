import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { agents } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { AgentView } from "@/lib/protocol/workspace-views";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { viewAgentIn } from "./view-agent";

/** What an employee is called, and what it is told before each of its tasks. */
export const AgentWords = {
  name: z.string().trim().min(1).max(80),
  instructions: z.string().trim().max(20_000),
};

export const createAgent = defineVerb({
  name: "agent.create",
  summary:
    "Makes an AI employee of the organisation; its workspace is off until somebody turns it on.",
  input: z.strictObject({
    name: AgentWords.name,
    instructions: AgentWords.instructions.default(""),
  }),
  output: AgentView,
  action: "agent.create",
  rest: { method: "POST", path: "/agents" },
  async run(ctx, { name, instructions }) {
    const { actor, orgId } = ctx;
    authorize(ctx, "agent.create", { kind: "org", orgId });
    if (actor.kind !== "user") throw new AppError("forbidden", "An employee is made by a person.");
    return inOrg(ctx.db, orgId, async (tx) => {
      const [agent] = await tx
        .insert(agents)
        .values({
          id: newId("agent"),
          orgId,
          name,
          instructions,
          createdBy: actor.userId,
          createdAt: ctx.now(),
        })
        .returning();
      if (!agent) throw new Error("One employee was inserted.");
      await writeAudit(tx, ctx, "agent.create", agent.id, { name });
      return viewAgentIn(tx, ctx, agent);
    });
  },
});
