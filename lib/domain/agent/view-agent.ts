import { inArray } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Agent, users, type Workroom, workrooms } from "@/lib/db/schema";
import type { AgentView } from "@/lib/protocol/workspace-views";
import { levelIn } from "../authorize";
import type { Context } from "../context";

/** Prefix of an employee's workspace in the store. */
export const agentRoot = (agentId: string): string => `agents/${agentId}`;

export async function viewAgentIn(
  tx: DbTransaction,
  ctx: Pick<Context, "actor">,
  agent: Agent,
): Promise<AgentView> {
  const [view] = await viewAgents(tx, ctx, [agent]);
  if (!view) throw new Error("An employee has exactly one view.");
  return view;
}

/** Views of many employees, with as few queries as of one. */
export async function viewAgents(
  tx: DbTransaction,
  ctx: Pick<Context, "actor">,
  agents: readonly Agent[],
): Promise<AgentView[]> {
  if (agents.length === 0) return [];
  const people = [...new Set(agents.map(({ createdBy }) => createdBy))];
  const rows = await tx
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, people));
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const ids = agents.flatMap(({ workroomId }) => workroomId ?? []);
  const rooms =
    ids.length === 0 ? [] : await tx.select().from(workrooms).where(inArray(workrooms.id, ids));
  return agents.map((agent) => ({
    id: agent.id,
    name: agent.name,
    instructions: agent.instructions,
    createdBy: { id: agent.createdBy, name: names.get(agent.createdBy) ?? "Somebody" },
    createdAt: agent.createdAt.toISOString(),
    access: accessTo(ctx, agent),
    root: agentRoot(agent.id),
    computer: viewComputer(rooms.find(({ id }) => id === agent.workroomId)),
  }));
}

const accessTo = ({ actor }: Pick<Context, "actor">, { orgId, createdBy }: Agent) =>
  actor.kind === "user" ? (levelIn(actor, { kind: "agent", orgId, createdBy }) ?? "view") : "own";

const viewComputer = (room: Workroom | undefined): AgentView["computer"] =>
  room
    ? {
        roomId: room.id,
        state: room.state,
        desiredState: room.desiredState,
        transition: room.transition,
        failure: room.failure,
      }
    : null;
