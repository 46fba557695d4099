import { eq } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { agents, workrooms } from "@/lib/db/schema";
import { AgentId } from "@/lib/protocol/ids";
import { AgentView } from "@/lib/protocol/workspace-views";
import { defineVerb } from "../define-verb";
import { writeAudit } from "../write-audit";
import { AgentWords } from "./create-agent";
import { loadAgentIn } from "./load-agent";
import { agentRoot, viewAgentIn } from "./view-agent";

export const changeAgent = defineVerb({
  name: "agent.change",
  summary: "Changes the name or the instructions of an AI employee.",
  input: z.strictObject({
    agentId: AgentId,
    name: AgentWords.name.optional(),
    instructions: AgentWords.instructions.optional(),
  }),
  output: AgentView,
  action: "agent.manage",
  rest: { method: "PATCH", path: "/agents/:agentId" },
  run: (ctx, { agentId, ...wished }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      const before = await loadAgentIn(tx, ctx, "agent.manage", agentId, { lock: true });
      const after = {
        name: wished.name ?? before.name,
        instructions: wished.instructions ?? before.instructions,
      };
      await tx.update(agents).set(after).where(eq(agents.id, agentId));
      // Its computer is called as it is, also while its workspace is off.
      const isComputer = eq(workrooms.root, agentRoot(agentId));
      await tx.update(workrooms).set({ title: after.name }).where(isComputer);
      await writeAudit(tx, ctx, "agent.change", agentId, {
        before: { name: before.name },
        after: { name: after.name, instructions: after.instructions },
      });
      return viewAgentIn(tx, ctx, { ...before, ...after });
    }),
});
