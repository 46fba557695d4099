import { z } from "zod";
import { readInOrg } from "@/lib/db/client";
import { AgentId } from "@/lib/protocol/ids";
import { AgentView } from "@/lib/protocol/workspace-views";
import { defineVerb } from "../define-verb";
import { loadAgentIn } from "./load-agent";
import { viewAgentIn } from "./view-agent";

export const getAgent = defineVerb({
  name: "agent.get",
  summary: "Shows one AI employee and its computer.",
  input: z.strictObject({ agentId: AgentId }),
  output: AgentView,
  action: "agent.read",
  rest: { method: "GET", path: "/agents/:agentId" },
  run: (ctx, { agentId }) =>
    readInOrg(ctx.db, ctx.orgId, async (tx) =>
      viewAgentIn(tx, ctx, await loadAgentIn(tx, ctx, "agent.read", agentId)),
    ),
});
