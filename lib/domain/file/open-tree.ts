import { inOrg } from "@/lib/db/client";
import type { RoomHost } from "@/lib/ports/room-host";
import type { HostResult } from "@/lib/protocol/host";
import { openSavedTree } from "@/lib/workspace/saved-tree";
import { openKeptManifest } from "../checkpoint/open-checkpoint";
import { findLastCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";

type ReadOptions = NonNullable<Parameters<RoomHost["readFile"]>[2]>;

/** A room's files, to be read. Errors: `not_found`, `invalid_input` (a folder, a link that leads nowhere). */
export type RoomTree = {
  list(path: string, limit: number): Promise<HostResult<"listFiles">>;
  stat(path: string): Promise<HostResult<"statFile">>;
  read(path: string, options?: ReadOptions): ReturnType<RoomHost["readFile"]>;
};

/**
 * The room's files where they are: on its disk, awake or asleep; when the disk is gone, in the state that was saved last.
 * Reading neither wakes a room nor makes a disk for it.
 */
export async function openTree(
  ctx: Pick<Context, "db" | "host" | "store" | "orgId">,
  roomId: string,
): Promise<RoomTree> {
  const { host, store } = ctx;
  const { hasDisk } = await host.call("hasDisk", { roomId });
  const last = hasDisk
    ? null
    : await inOrg(ctx.db, ctx.orgId, (tx) => findLastCheckpoint(tx, roomId));
  if (!last)
    return {
      list: (path, limit) => host.call("listFiles", { roomId, path, limit }),
      stat: (path) => host.call("statFile", { roomId, path }),
      read: (path, options) => host.readFile(roomId, path, options),
    };
  const saved = openSavedTree(store, await openKeptManifest(ctx, last.manifest));
  return {
    list: async (path, limit) => saved.list(path, limit),
    stat: async (path) => saved.stat(path),
    read: async (path, options) => saved.read(path, options),
  };
}
