import { endSandbox } from "./end-sandbox";
import { readHealth } from "./engine-socket";
import { openOutput } from "./output-mount";
import { isRunning, readBootId } from "./processes";
import type { RunningSandbox } from "./room-record";
import { type LiveSandbox, type Room, type SandboxParts, roomOf } from "./sandbox-parts";

const HEALTH_TIMEOUT_MS = 3_000;

/** Takes over the rooms that an earlier host process left running; ends those that don't answer. */
export async function adoptSandboxes(
  parts: SandboxParts,
  live: Map<string, LiveSandbox>,
): Promise<{ adopted: string[]; ended: string[] }> {
  const adopted: string[] = [];
  const ended: string[] = [];
  const bootId = await readBootId();
  for (const roomId of await parts.records.list()) {
    const record = await parts.records.find(roomId);
    if (!record?.sandbox || live.has(roomId)) continue;
    const room = roomOf(parts, roomId, record);
    const { init } = record.sandbox;
    if (init && record.sandbox.bootId === bootId && (await answers(room, record.sandbox))) {
      const memoryKills = await parts.cgroups.memoryKills(roomId);
      live.set(roomId, {
        ...room,
        sandbox: { ...record.sandbox, init },
        memoryKills,
        nextDiskLook: 0,
      });
      // The mount is there still, unless its keeper has died too.
      await openOutput(parts, room, record.quota, record.sandbox.quotaGroup).catch(
        (error: unknown) =>
          parts.log.error({ err: error, roomId }, "the limits of output/ can't be kept"),
      );
      adopted.push(roomId);
      continue;
    }
    const isSameBoot = record.sandbox.bootId === bootId;
    await endSandbox(parts, room, isSameBoot ? record.sandbox : null);
    ended.push(roomId);
  }
  return { adopted, ended };
}

/** A frozen room can't answer; that its PID 1 is the same process is all there is to know. */
async function answers(room: Room, sandbox: RunningSandbox): Promise<boolean> {
  if (!sandbox.init || !(await isRunning(sandbox.init))) return false;
  if (sandbox.isFrozen) return true;
  const health = await readHealth(room.folder, room.owners.engine, HEALTH_TIMEOUT_MS).catch(
    () => null,
  );
  return health?.epoch === sandbox.epoch;
}
