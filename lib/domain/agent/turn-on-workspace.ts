import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg, readInOrg } from "@/lib/db/client";
import { type Agent, agents, type Workroom, workrooms } from "@/lib/db/schema";
import { AgentId } from "@/lib/protocol/ids";
import { AgentView } from "@/lib/protocol/workspace-views";
import { storePrefix } from "@/lib/workspace/object-keys";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { publishWorkroom } from "../workroom/publish-change";
import { wishState } from "../workroom/wish-state";
import { createRoom } from "../workspace/create-room";
import { writeAudit } from "../write-audit";
import { loadAgentIn } from "./load-agent";
import { agentRoot, viewAgentIn } from "./view-agent";

/** Says what lies below the prefix, so that it is there, and can be read, before the first file is. */
const FORMAT = JSON.stringify({ format: "workroom", version: 1 });

export const turnOnWorkspace = defineVerb({
  name: "agent.turn_on_workspace",
  summary:
    "Gives an AI employee a workspace and a computer; what it kept from an earlier time is there again.",
  input: z.strictObject({ agentId: AgentId }),
  output: AgentView,
  action: "agent.manage",
  rest: { method: "PUT", path: "/agents/:agentId/workspace" },
  async run(ctx, { agentId }) {
    await readInOrg(ctx.db, ctx.orgId, (tx) => loadAgentIn(tx, ctx, "agent.manage", agentId));
    const { view, roomId } = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const agent = await loadAgentIn(tx, ctx, "agent.manage", agentId, { lock: true });
      const room = await findOrCreateComputer(tx, ctx, agent);
      if (agent.workroomId === null) {
        await tx.update(agents).set({ workroomId: room.id }).where(eq(agents.id, agentId));
        await writeAudit(tx, ctx, "agent.turn_on_workspace", agentId);
      }
      const linked = { ...agent, workroomId: room.id };
      return { view: await viewAgentIn(tx, ctx, linked), roomId: room.id };
    });
    await ctx.store.put(`${storePrefix(view.root)}/format`, Buffer.from(FORMAT));
    publishWorkroom(ctx, roomId);
    return view;
  },
});

async function findOrCreateComputer(
  tx: DbTransaction,
  ctx: Context,
  { id, name, createdBy }: Agent,
): Promise<Workroom> {
  const root = agentRoot(id);
  const kept = and(eq(workrooms.root, root), isNull(workrooms.deletedAt));
  const [found] = await tx.select().from(workrooms).where(kept);
  if (found) return found;
  const kind = "computer";
  return createRoom(tx, ctx, { kind, title: name, createdBy, openness: "open", root, quota: null });
}

export const turnOffWorkspace = defineVerb({
  name: "agent.turn_off_workspace",
  summary:
    "Turns an employee's workspace off: its computer ends, nobody reaches its files. They are kept until the employee is deleted.",
  input: z.strictObject({ agentId: AgentId }),
  output: AgentView,
  action: "agent.manage",
  rest: { method: "DELETE", path: "/agents/:agentId/workspace" },
  async run(ctx, { agentId }) {
    const { view, roomId } = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const agent = await loadAgentIn(tx, ctx, "agent.manage", agentId, { lock: true });
      const { workroomId } = agent;
      if (workroomId !== null) {
        await tx.update(agents).set({ workroomId: null }).where(eq(agents.id, agentId));
        const wish = { desiredState: "sleeping", reason: "user" } as const;
        await wishState(tx, ctx, { id: workroomId }, wish);
        await writeAudit(tx, ctx, "agent.turn_off_workspace", agentId);
      }
      const view = await viewAgentIn(tx, ctx, { ...agent, workroomId: null });
      return { view, roomId: workroomId };
    });
    if (roomId !== null) publishWorkroom(ctx, roomId);
    return view;
  },
});
