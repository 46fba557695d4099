import type { SandboxEnd } from "@/lib/ports/provisioner";
import { endSandbox } from "./end-sandbox";
import { describeMemoryKill, findKilledProgram } from "./memory-kill";
import { isRunning } from "./processes";
import { openNetwork } from "./start-sandbox";
import type { RoomLocks } from "./room-locks";
import type { LiveSandbox, SandboxParts } from "./sandbox-parts";

const PERIOD_MS = 1_000;

export type MemoryKill = { roomId: string; detail: string };

const listen = <T>(listeners: Set<T>, listener: T) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** A room whose network helper died gets another one; its filter is loaded anew, never without. */
async function keepNetwork(parts: SandboxParts, room: LiveSandbox): Promise<void> {
  const running = await Promise.all(room.sandbox.helpers.map(isRunning));
  if (running.every(Boolean)) return;
  room.sandbox.helpers = await openNetwork(parts, room, room.sandbox.init.pid);
  await parts.records.setSandbox(room.roomId, room.sandbox);
}

/** Notices sandboxes that end by themselves and programs killed for memory; clears up what an ended one leaves. */
export function createSandboxWatch(
  parts: () => Promise<SandboxParts>,
  live: Map<string, LiveSandbox>,
  exclusive: RoomLocks,
) {
  const endListeners = new Set<(end: SandboxEnd) => void>();
  const memoryListeners = new Set<(kill: MemoryKill) => void>();

  async function readMemoryKill(room: LiveSandbox): Promise<string | null> {
    const { cgroups } = await parts();
    const kills = await cgroups.memoryKills(room.roomId);
    if (kills <= room.memoryKills) return null;
    room.memoryKills = kills;
    const program = findKilledProgram(`/${cgroups.parent}/${room.roomId}`);
    return describeMemoryKill(program, room.sandbox.limits);
  }

  /** Looks at one room now. Under the room's lock: a stop in progress is no end of its own. */
  function check(roomId: string): Promise<void> {
    return exclusive(roomId, async () => {
      const room = live.get(roomId);
      if (room === undefined) return;
      const memoryKill = await readMemoryKill(room);
      if (await isRunning(room.sandbox.init)) {
        await keepNetwork(await parts(), room);
        if (memoryKill !== null)
          for (const listener of memoryListeners) listener({ roomId, detail: memoryKill });
        return;
      }
      live.delete(roomId);
      await endSandbox(await parts(), room, room.sandbox);
      const end: SandboxEnd = {
        roomId,
        epoch: room.sandbox.epoch,
        reason: memoryKill === null ? "exited" : "out_of_memory",
        detail: memoryKill ?? "The workroom's engine ended.",
      };
      for (const listener of endListeners) listener(end);
    });
  }

  async function checkAll(): Promise<void> {
    const { log } = await parts();
    for (const roomId of live.keys())
      await check(roomId).catch((error: unknown) => log.error({ error, roomId }, "room check"));
  }

  let isChecking = false;
  const timer = setInterval(() => {
    if (isChecking || live.size === 0) return;
    isChecking = true;
    void checkAll().finally(() => (isChecking = false));
  }, PERIOD_MS);
  timer.unref();

  return {
    check,
    onEnd: (listener: (end: SandboxEnd) => void) => listen(endListeners, listener),
    onOutOfMemory: (listener: (kill: MemoryKill) => void) => listen(memoryListeners, listener),
    close: () => clearInterval(timer),
  };
}
