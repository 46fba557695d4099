import { and, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type DbTransaction, readInOrg } from "@/lib/db/client";
import { EVERYBODY, type Workroom, workrooms, workroomShares } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { type AccessObject, type Action, authorize } from "../authorize";
import type { Context } from "../context";

type Owned = Pick<Workroom, "orgId" | "createdBy" | "openness">;
type Shared = "view" | "edit" | null;

/** What `authorize()` is asked about a room; `shared` comes from `sharedWith`. */
export const workroomObject = (
  room: Owned,
  shared: Shared,
): AccessObject & { kind: "workroom" } => ({
  kind: "workroom",
  orgId: room.orgId,
  createdBy: room.createdBy,
  openness: room.openness,
  shared,
});

/** Column for a query over `workrooms`: the best share that the actor has in the row's room ("edit" sorts first). */
export const sharedWith = ({ actor }: Pick<Context, "actor">): SQL<Shared> =>
  actor.kind === "user"
    ? sql<Shared>`(select min(${workroomShares.access}) from ${workroomShares} where ${workroomShares.workroomId} = ${workrooms.id} and ${workroomShares.userId} in (${actor.userId}, ${EVERYBODY}))`
    : sql<Shared>`null::text`;

/** Condition on a query over `workrooms`: whether a member of its organisation reaches the row's room at all. */
export const isReachedBy = (userId: string): SQL =>
  sql`(${workrooms.createdBy} = ${userId} or ${workrooms.openness} = 'open' or exists (select 1 from ${workroomShares} where ${workroomShares.workroomId} = ${workrooms.id} and ${workroomShares.userId} in (${userId}, ${EVERYBODY})))`;

/**
 * Column for a query over `workrooms`: it is an employee's computer, and the workspace of this employee is off. The names
 * are written out: a query over one table leaves its columns bare, and `id` would be the employee's here.
 */
const isOff = sql<boolean>`(workrooms.kind = 'computer' and not exists (select 1 from agents where agents.workroom_id = workrooms.id))`;

/**
 * The room, when the actor may do this with it.
 *
 * @throws AppError `not_found` for a missing, deleted or foreign room · `forbidden` · `conflict` for the computer of an
 *   employee whose workspace is off
 */
export const loadWorkroom = (ctx: Context, action: Action, workroomId: string): Promise<Workroom> =>
  readInOrg(ctx.db, ctx.orgId, (tx) => loadWorkroomIn(tx, ctx, action, workroomId));

/** The same in a transaction; with `lock` the row stays as it is until the transaction ends. */
export async function loadWorkroomIn(
  tx: DbTransaction,
  ctx: Pick<Context, "actor" | "orgId">,
  action: Action,
  workroomId: string,
  { lock = false } = {},
): Promise<Workroom> {
  const query = tx
    .select({ room: workrooms, shared: sharedWith(ctx), isOff })
    .from(workrooms)
    .where(and(eq(workrooms.id, workroomId), isNull(workrooms.deletedAt)));
  // Planned once a connection: nearly every call asks this. Its text differs by the kind of actor.
  const name = `load_workroom_${ctx.actor.kind}`;
  const [found] = lock
    ? await query.for("no key update").prepare(`${name}_locked`).execute()
    : await query.prepare(name).execute();
  if (!found) throw notFound("Workroom");
  authorize(ctx, action, workroomObject(found.room, found.shared));
  if (found.isOff)
    throw new AppError("conflict", "This employee has no workspace. Turn it on first.");
  return found.room;
}

/**
 * The rooms of employees and sessions have no chats, shares, Apps or titles of their own.
 *
 * @throws AppError `conflict` for one of these
 */
export function requireOrdinary({ kind }: Pick<Workroom, "kind">): void {
  if (kind === "room") return;
  const owner = kind === "computer" ? "an employee" : "a session";
  throw new AppError("conflict", `This belongs to ${owner}: only workrooms can do that.`);
}
