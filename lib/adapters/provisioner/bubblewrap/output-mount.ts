import { AppError } from "@/lib/errors";
import type { SandboxSpec } from "@/lib/ports/provisioner";
import type { OutputQuota } from "@/lib/protocol/workspace";
import { runProgram } from "./run-program";
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

/** The next best where nothing counts: no file of the room, wherever it lies, gets larger than one of `output/` may be. */
export async function limitFileSize(pid: number, bytes: number): Promise<void> {
  const limited = await runProgram("prlimit", [`--pid=${pid}`, `--fsize=${bytes}`]);
  if (limited.exitCode !== 0)
    throw new AppError("unavailable", "The size of this room's files can't be limited.", {
      details: { output: limited.output },
    });
}
