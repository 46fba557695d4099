import { and, eq, isNull } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { type AccessObject, type Action, authorize } from "../authorize";
import type { Context } from "../context";

/** What `authorize()` is asked about a room. */
export const workroomObject = (room: Workroom): AccessObject => ({
  kind: "workroom",
  orgId: room.orgId,
  createdBy: room.createdBy,
  openness: room.openness,
});

/**
 * The room, when the actor may do this with it.
 *
 * @throws AppError `not_found` for a missing, deleted or foreign room · `forbidden`
 */
export const loadWorkroom = (ctx: Context, action: Action, workroomId: string): Promise<Workroom> =>
  inOrg(ctx.db, ctx.orgId, (tx) => loadWorkroomIn(tx, ctx, action, workroomId));

/** The same in a transaction; with `lock` the row stays as it is until the transaction ends. */
export async function loadWorkroomIn(
  tx: DbTransaction,
  ctx: Pick<Context, "actor" | "orgId">,
  action: Action,
  workroomId: string,
  { lock = false } = {},
): Promise<Workroom> {
  const query = tx
    .select()
    .from(workrooms)
    .where(and(eq(workrooms.id, workroomId), isNull(workrooms.deletedAt)));
  const [room] = lock ? await query.for("no key update") : await query;
  if (!room) throw notFound("Workroom");
  authorize(ctx, action, workroomObject(room));
  return room;
}
