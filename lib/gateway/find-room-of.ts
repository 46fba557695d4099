import { eq } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { agents, workspaceSessions } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { idPrefixes } from "@/lib/ids";
import { WorkspaceId } from "@/lib/protocol/ids";

/**
 * The room that serves a workspace, by the workspace's id alone: whether the caller may know of it is asked of the room.
 * An id that names nothing is answered as it came, and is then no room either.
 */
export async function findRoomOf({ db }: Ports, workspaceId: string): Promise<string> {
  if (!WorkspaceId.safeParse(workspaceId).success) return workspaceId;
  const prefix = workspaceId.split("_", 1)[0];
  const table =
    prefix === idPrefixes.agent
      ? agents
      : prefix === idPrefixes.workspaceSession
        ? workspaceSessions
        : null;
  if (table === null) return workspaceId;
  const [row] = await inSystem(db, (tx) =>
    tx.select({ workroomId: table.workroomId }).from(table).where(eq(table.id, workspaceId)),
  );
  return row?.workroomId ?? workspaceId;
}
