import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { agents, workrooms } from "@/lib/db/schema";
import { AgentId } from "@/lib/protocol/ids";
import { defineVerb } from "../define-verb";
import { publishWorkroom } from "../workroom/publish-change";
import { deleteRooms } from "../workspace/delete-room";
import { writeAudit } from "../write-audit";
import { loadAgentIn } from "./load-agent";
import { agentRoot } from "./view-agent";

export const deleteAgent = defineVerb({
  name: "agent.delete",
  summary: "Deletes an AI employee with its computer and all files of its workspace.",
  input: z.strictObject({ agentId: AgentId }),
  output: z.object({}),
  action: "agent.manage",
  rest: { method: "DELETE", path: "/agents/:agentId" },
  async run(ctx, { agentId }) {
    const gone = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const agent = await loadAgentIn(tx, ctx, "agent.manage", agentId, { lock: true });
      await writeAudit(tx, ctx, "agent.delete", agentId, { name: agent.name });
      const values = { deletedAt: ctx.now(), workroomId: null, instructions: "" };
      await tx.update(agents).set(values).where(eq(agents.id, agentId));
      // Found by its root: files of a workspace that is off go as well.
      const kept = and(eq(workrooms.root, agentRoot(agentId)), isNull(workrooms.deletedAt));
      const rooms = await tx.select({ id: workrooms.id }).from(workrooms).where(kept);
      const ids = rooms.map(({ id }) => id);
      await deleteRooms(tx, ctx, ids);
      return ids;
    });
    for (const workroomId of gone) publishWorkroom(ctx, workroomId);
    return {};
  },
});
