import type { RoomHost } from "@/lib/ports/room-host";
import { managedRoute } from "@/lib/protocol/workspace";
import { stateOf } from "@/lib/workspace/workspace-state";

/** Tells a host of a room that has nothing committed yet, as the web does. */
export async function openWorkspace(
  host: Pick<RoomHost, "call">,
  roomId: string,
  { epoch = 1, isLive = false }: { epoch?: number; isLive?: boolean } = {},
): Promise<void> {
  await host.call("openWorkspace", {
    roomId,
    root: `workrooms/${roomId}`,
    epoch,
    writerEpoch: 0,
    state: stateOf(null),
    isLive,
    route: managedRoute,
  });
}
