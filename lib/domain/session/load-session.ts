import { eq } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Workroom, type WorkspaceSession, workspaceSessions } from "@/lib/db/schema";
import { notFound, notFoundAs } from "@/lib/errors";
import type { Action } from "../authorize";
import type { Context } from "../context";
import { loadWorkroomIn } from "../workroom/load-workroom";

/** A session and its room, when the actor may do this there: both are its person's alone. */
export async function loadSessionIn(
  tx: DbTransaction,
  ctx: Pick<Context, "actor" | "orgId">,
  action: Action,
  id: string,
  options: { lock?: boolean } = {},
): Promise<{ session: WorkspaceSession; room: Workroom }> {
  const [session] = await tx.select().from(workspaceSessions).where(eq(workspaceSessions.id, id));
  if (!session) throw notFound("Session");
  const room = await loadWorkroomIn(tx, ctx, action, session.workroomId, options).catch(
    notFoundAs("Session"),
  );
  return { session, room };
}
