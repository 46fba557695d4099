import type { Workroom, WorkspaceSession } from "@/lib/db/schema";
import type { SessionView } from "@/lib/protocol/workspace-views";
import { rootOf } from "@/lib/workspace/object-keys";

export const viewSession = (
  { id, channel, name, createdAt }: WorkspaceSession,
  room: Workroom,
): SessionView => ({
  id,
  channel,
  name,
  createdAt: createdAt.toISOString(),
  roomId: room.id,
  root: rootOf(room),
  quota: room.quota,
  state: room.state,
});
