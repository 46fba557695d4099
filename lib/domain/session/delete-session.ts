import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { workspaceSessions } from "@/lib/db/schema";
import { WorkspaceSessionId } from "@/lib/protocol/ids";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { publishWorkroom } from "../workroom/publish-change";
import { deleteRooms } from "../workspace/delete-room";
import { writeAudit } from "../write-audit";
import { loadSessionIn } from "./load-session";

export const deleteSession = defineVerb({
  name: "session.delete",
  summary: "Ends a session and deletes its files; its name opens a new, empty one.",
  input: z.strictObject({ workspaceSessionId: WorkspaceSessionId }),
  output: z.object({}),
  action: "workroom.delete",
  rest: { method: "DELETE", path: "/sessions/:workspaceSessionId" },
  async run(ctx, { workspaceSessionId: id }) {
    const workroomId = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { room } = await loadSessionIn(tx, ctx, "workroom.delete", id, { lock: true });
      await writeAudit(tx, ctx, "session.delete", id);
      await tx.delete(workspaceSessions).where(eq(workspaceSessions.id, id));
      await deleteRooms(tx, ctx, [room.id]);
      return room.id;
    });
    publishWorkroom(ctx, workroomId);
    return {};
  },
});

/** The sessions of a person who goes end: nobody else has ever seen them. */
export async function endSessionsOf(
  tx: DbTransaction,
  ctx: Pick<Context, "orgId" | "now" | "jobs">,
  userId: string,
): Promise<void> {
  const theirs = and(eq(workspaceSessions.orgId, ctx.orgId), eq(workspaceSessions.userId, userId));
  const gone = await tx.delete(workspaceSessions).where(theirs).returning();
  await deleteRooms(
    tx,
    ctx,
    gone.map(({ workroomId }) => workroomId),
  );
}
