import { inOrg } from "@/lib/db/client";
import type { RoomHost } from "@/lib/ports/room-host";
import type { FileOpInput, FileOpResult, LookingOp } from "@/lib/protocol/file-ops";
import { readCaps } from "@/lib/protocol/file-ops";
import type { ManifestEntry } from "@/lib/protocol/store";
import { createManifest, type Manifest } from "@/lib/workspace/manifest";
import { withNormalPaths } from "@/lib/workspace/normal-path";
import { readContent } from "@/lib/workspace/read-content";
import { openSavedTree } from "@/lib/workspace/saved-tree";
import { isEmptyState } from "@/lib/workspace/workspace-state";
import { findLastState, openKeptState } from "../commit/find-last-state";
import type { Context } from "../context";
import { runOnHost } from "./run-on-host";

type ReadOptions = NonNullable<Parameters<RoomHost["readFile"]>[2]>;

/** A workspace's files, to be looked at. Errors carry the errno's name in `details`. */
export type RoomTree = {
  look<K extends LookingOp>(op: K, input: FileOpInput<K>): Promise<FileOpResult<K>>;
  stat(path: string): Promise<FileOpResult<"stat">>;
  read(path: string, options?: ReadOptions): ReturnType<RoomHost["readFile"]>;
};

/**
 * The room's files where they are: on its disk, awake or asleep; when the disk is gone, in the state that was saved last.
 * Looking neither wakes a room nor makes a disk for it.
 */
export async function openTree(
  ctx: Pick<Context, "db" | "host" | "store" | "orgId">,
  roomId: string,
): Promise<RoomTree> {
  const { host } = ctx;
  const { hasDisk } = await host.call("hasDisk", { roomId });
  if (!hasDisk) return lookAtSaved(ctx, await findSaved(ctx, roomId));
  const look: RoomTree["look"] = (op, input) => runOnHost(host, roomId, op, input);
  return {
    look,
    stat: (path) => look("stat", { path }),
    read: (path, options) => host.readFile(roomId, path, options),
  };
}

async function findSaved(
  ctx: Pick<Context, "db" | "store" | "orgId">,
  roomId: string,
): Promise<Manifest> {
  const { state } = await inOrg(ctx.db, ctx.orgId, (tx) => findLastState(tx, roomId));
  return isEmptyState(state) ? newRoom() : openKeptState(ctx, state);
}

/** What a room has before anything was put into it. */
const newRoom = () =>
  createManifest(
    ["input", "output"].map((path): ManifestEntry => ({
      type: "directory",
      path,
      mode: 0o755,
      mtimeMs: Date.now(),
    })),
  );

function lookAtSaved({ store }: Pick<Context, "store">, manifest: Manifest): RoomTree {
  const saved = openSavedTree(store, manifest);
  const runners: { [K in LookingOp]: (input: FileOpInput<K>) => Promise<FileOpResult<K>> } = {
    ls: async (input) => saved.ls(input),
    glob: async (input) => saved.glob(input),
    stat: async (input) => saved.stat(input),
    exists: async (input) => saved.exists(input),
    search: async (input) => saved.search(input),
    read: (input) =>
      readContent(async (part) => saved.read(input.path, part), input, readCaps.rest),
  };
  return {
    look: async (op, input) => runners[op](withNormalPaths(input)),
    stat: async (path) => saved.stat(withNormalPaths({ path })),
    read: async (path, options) => saved.read(withNormalPaths({ path }).path, options),
  };
}
