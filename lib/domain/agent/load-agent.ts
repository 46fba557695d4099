import { and, eq, isNull } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Agent, agents } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { type Action, authorize } from "../authorize";
import type { Context } from "../context";

type Ctx = Pick<Context, "actor" | "orgId">;

/**
 * An employee, when the actor may do this with it. With `lock` it stays as it is until the transaction ends.
 *
 * @throws AppError `not_found` for a missing, deleted or foreign one · `forbidden`
 */
export async function loadAgentIn(
  tx: DbTransaction,
  ctx: Ctx,
  action: Extract<Action, "agent.read" | "agent.manage">,
  id: string,
  { lock = false } = {},
): Promise<Agent> {
  const query = tx
    .select()
    .from(agents)
    .where(and(eq(agents.id, id), isNull(agents.deletedAt)));
  const [agent] = lock ? await query.for("no key update") : await query;
  if (!agent) throw notFound("Employee");
  const { orgId, createdBy } = agent;
  const object = { kind: action === "agent.read" ? "org" : "agent", orgId, createdBy } as const;
  authorize(ctx, action, object);
  return agent;
}
