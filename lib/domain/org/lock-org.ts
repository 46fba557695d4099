import { and, eq } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Org, orgMembers, orgs } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { type Action, authorize } from "../authorize";
import type { Context, PersonActor } from "../context";

export type LockedOrg = { org: Org; actor: PersonActor };

/**
 * Makes every other change of the organisation's members, invitations and name wait until this transaction ends, and
 * asks for the right with the role that the actor has now: the one in the context may be a moment old.
 *
 * @throws AppError `not_found` once the actor is no member any more · `forbidden`
 */
export async function lockOrg(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "actor">,
  action: Action,
): Promise<LockedOrg> {
  const [org] = await tx.select().from(orgs).where(eq(orgs.id, ctx.orgId)).for("no key update");
  if (!org || ctx.actor.kind !== "user") throw notFound("Organisation");
  const mine = and(eq(orgMembers.orgId, org.id), eq(orgMembers.userId, ctx.actor.userId));
  const [membership] = await tx.select().from(orgMembers).where(mine);
  if (!membership) throw notFound("Organisation");
  const actor: PersonActor = { ...ctx.actor, role: membership.role };
  authorize({ orgId: ctx.orgId, actor }, action, { kind: "org", orgId: ctx.orgId });
  return { org, actor };
}
