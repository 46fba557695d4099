import { AppError } from "@/lib/errors";
import { closeOutput } from "./output-mount";
import { isRunning, killBlock, killMarked } from "./processes";
import type { RunningSandbox } from "./room-record";
import type { Room, SandboxParts } from "./sandbox-parts";

const KILL_TIMEOUT_MS = 5_000;

/**
 * Ends every process of a room: PID 1 and with it its process namespace, then whatever else runs under the room's
 * uids, its network helper among them. Safe to repeat, and on a room of which only the record is left.
 *
 * @throws AppError `unavailable` when a process can't be killed
 */
export async function endSandbox(
  parts: SandboxParts,
  room: Room,
  sandbox: RunningSandbox | null,
): Promise<void> {
  if (sandbox?.init) await killMarked(sandbox.init);
  await parts.cgroups.kill(room.roomId);
  for (const helper of sandbox?.helpers ?? []) await killMarked(helper);
  const isGone =
    room.firstUid === null
      ? await untilEnded(sandbox)
      : (await killBlock(room.firstUid, KILL_TIMEOUT_MS)).length === 0;
  if (!isGone)
    throw new AppError("unavailable", "Some processes of this workroom can't be ended right now.");
  if (sandbox?.quotaGroup) await closeOutput(parts, room);
  await parts.cgroups.remove(room.roomId);
  await parts.records.setSandbox(room.roomId, null);
}

async function untilEnded(sandbox: RunningSandbox | null): Promise<boolean> {
  const deadline = performance.now() + KILL_TIMEOUT_MS;
  while (sandbox?.init && (await isRunning(sandbox.init))) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return true;
}
