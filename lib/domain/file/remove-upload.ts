import type { Context } from "../context";
import { changeFiles } from "./change-files";
import { runOnHost } from "./run-on-host";

/** Takes back what people uploaded: a file below `input/`, or a folder with everything in it. */
export async function removeUpload(
  ctx: Context,
  { workroomId, path }: { workroomId: string; path: string },
): Promise<void> {
  const { host } = ctx;
  const change = {
    workspaceId: workroomId,
    action: "file.delete",
    path,
    durability: "store",
  } as const;
  await changeFiles(ctx, change, async (room) => {
    const { type } = await runOnHost(host, room.id, "stat", { path });
    const asked = { path, force: false, durability: "store" } as const;
    const byUpload = { isUpload: true };
    return type === "directory"
      ? runOnHost(host, room.id, "rmdir", { ...asked, recursive: true }, byUpload)
      : runOnHost(host, room.id, "delete", asked, byUpload);
  });
}
