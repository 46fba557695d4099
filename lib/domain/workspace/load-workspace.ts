import { and, eq, isNull } from "drizzle-orm";
import { type DbTransaction, readInOrg } from "@/lib/db/client";
import { agents, type Workroom, workspaceSessions } from "@/lib/db/schema";
import { AppError, notFound, notFoundAs } from "@/lib/errors";
import { idPrefixes } from "@/lib/ids";
import { type Action, authorize } from "../authorize";
import type { Context } from "../context";
import { loadWorkroomIn } from "../workroom/load-workroom";

/**
 * The room that serves a workspace (`WorkspaceId`: of a workroom, an employee or a session), when the actor may do this
 * with it.
 *
 * @throws AppError `not_found` for a missing, foreign or hidden one · `forbidden` · `conflict` for an employee whose
 *   workspace is off
 */
export const loadWorkspace = (
  ctx: Context,
  action: Action,
  workspaceId: string,
): Promise<Workroom> =>
  readInOrg(ctx.db, ctx.orgId, (tx) => loadWorkspaceIn(tx, ctx, action, workspaceId));

type Options = { lock?: boolean };

/** The same in a transaction; with `lock` the room's row stays as it is until the transaction ends. */
export async function loadWorkspaceIn(
  tx: DbTransaction,
  ctx: Pick<Context, "actor" | "orgId">,
  action: Action,
  workspaceId: string,
  options: Options = {},
): Promise<Workroom> {
  const find = findersByPrefix[workspaceId.split("_", 1)[0] ?? ""];
  if (!find) return loadWorkroomIn(tx, ctx, action, workspaceId, options);
  const { entity, workroomId } = await find(tx, workspaceId);
  if (workroomId === undefined) throw notFound(entity);
  if (workroomId === null) {
    authorize(ctx, "agent.read", { kind: "org", orgId: ctx.orgId });
    throw new AppError("conflict", "This employee has no workspace. Turn it on first.");
  }
  return loadWorkroomIn(tx, ctx, action, workroomId, options).catch(notFoundAs(entity));
}

/** `workroomId` undefined: there is no such thing in the organisation; null: it has no workspace. */
type Found = { entity: string; workroomId: string | null | undefined };

const findersByPrefix: Partial<Record<string, (tx: DbTransaction, id: string) => Promise<Found>>> =
  {
    async [idPrefixes.agent](tx, id) {
      const [agent] = await tx
        .select({ workroomId: agents.workroomId })
        .from(agents)
        .where(and(eq(agents.id, id), isNull(agents.deletedAt)));
      return { entity: "Employee", workroomId: agent?.workroomId };
    },
    async [idPrefixes.workspaceSession](tx, id) {
      const [session] = await tx
        .select({ workroomId: workspaceSessions.workroomId })
        .from(workspaceSessions)
        .where(eq(workspaceSessions.id, id));
      return { entity: "Session", workroomId: session?.workroomId };
    },
  };
