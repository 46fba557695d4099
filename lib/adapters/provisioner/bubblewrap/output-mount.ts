import type { SandboxSpec } from "@/lib/ports/provisioner";
import type { OutputQuota } from "@/lib/protocol/workspace";
import type { Room, SandboxParts } from "./sandbox-parts";

/** Rooms that belong to nobody in particular: tests and single commands. */
const NO_GROUP = "none";

/** The group whose server counts a room's `output/`; `null`: it has no quota, or this host can't count. */
export async function countingGroup(
  parts: SandboxParts,
  { quota, group }: SandboxSpec,
): Promise<string | null> {
  if (!quota || parts.outputMounts === null || parts.measure.uidRangeFault !== null) return null;
  return (await parts.outputMounts.fault()) === null ? (group ?? NO_GROUP) : null;
}

/** Mounts the view of a room's workspace whose `output/` counts, when it has a quota. */
export async function openOutput(
  parts: SandboxParts,
  { roomId, folder }: Pick<Room, "roomId" | "folder">,
  limits: OutputQuota | null,
  group: string | null,
): Promise<void> {
  if (group === null) return;
  await parts.outputMounts?.open({
    roomId,
    group,
    workspacePath: folder.workspace,
    viewPath: folder.view,
    limits,
  });
}

export async function closeOutput(
  parts: SandboxParts,
  { roomId, folder }: Pick<Room, "roomId" | "folder">,
): Promise<void> {
  await parts.outputMounts?.close({ roomId, viewPath: folder.view });
}
