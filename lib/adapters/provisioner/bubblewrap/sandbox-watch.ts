import type { SandboxEnd } from "@/lib/ports/provisioner";
import { loadEgressRules } from "./egress";
import { endSandbox } from "./end-sandbox";
import { describeMemoryKill, findKilledProgram } from "./memory-kill";
import { isRunning } from "./processes";
import { describeExcess } from "./room-disk";
import type { RoomLocks } from "./room-locks";
import type { LiveSandbox, SandboxParts } from "./sandbox-parts";
import { openNetwork } from "./start-sandbox";

const PERIOD_MS = 1_000;
const DISK_PERIOD_MS = 5_000;

export type MemoryKill = { roomId: string; detail: string };
type Ending = Pick<SandboxEnd, "reason" | "detail">;

/** Notices what happens to running sandboxes without a call, and clears up what an ended one leaves. */
export class SandboxWatch {
  private readonly ends = new Set<(end: SandboxEnd) => void>();
  private readonly memoryKills = new Set<(kill: MemoryKill) => void>();
  private readonly timer: NodeJS.Timeout;
  private isLooking = false;
  private isClosed = false;
  private addresses = "";

  constructor(
    private readonly parts: () => Promise<SandboxParts>,
    private readonly live: Map<string, LiveSandbox>,
    private readonly exclusive: RoomLocks,
  ) {
    this.timer = setInterval(() => void this.lookAtAll(), PERIOD_MS);
    this.timer.unref();
  }

  onEnd(listener: (end: SandboxEnd) => void): () => void {
    this.ends.add(listener);
    return () => void this.ends.delete(listener);
  }

  onMemoryKill(listener: (kill: MemoryKill) => void): () => void {
    this.memoryKills.add(listener);
    return () => void this.memoryKills.delete(listener);
  }

  /** From here on the rooms are another host's to look after. */
  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
  }

  /** Looks at one room now. Under the room's lock: a stop in progress is no end of its own. */
  look(roomId: string): Promise<void> {
    return this.exclusive(roomId, async () => {
      const room = this.live.get(roomId);
      if (room === undefined || this.isClosed) return;
      const parts = await this.parts();
      const memoryKill = await readMemoryKill(parts, room);
      if (!(await isRunning(room.sandbox.init))) {
        const detail = memoryKill ?? "The workroom's engine ended.";
        const reason = memoryKill === null ? "exited" : "out_of_memory";
        await this.end(parts, room, { reason, detail });
        return;
      }
      if (memoryKill !== null)
        for (const listener of this.memoryKills) listener({ roomId, detail: memoryKill });
      const excess = await readDiskExcess(parts, room);
      if (excess !== null) await this.end(parts, room, { reason: "disk_stop", detail: excess });
      else await keepNetwork(parts, room);
    });
  }

  private async end(parts: SandboxParts, room: LiveSandbox, ending: Ending): Promise<void> {
    this.live.delete(room.roomId);
    await endSandbox(parts, room, room.sandbox);
    const end = { roomId: room.roomId, epoch: room.sandbox.epoch, ...ending };
    for (const listener of this.ends) listener(end);
  }

  private async lookAtAll(): Promise<void> {
    if (this.isLooking || this.live.size === 0) return;
    this.isLooking = true;
    const parts = await this.parts();
    const report = (roomId: string) => (error: unknown) =>
      parts.log.error({ err: error, roomId }, "a room could not be looked after");
    for (const roomId of this.live.keys()) await this.look(roomId).catch(report(roomId));
    await this.followAddresses(parts).catch(report("all"));
    this.isLooking = false;
  }

  /** This machine got another address (a new network, a VPN): rooms must not reach it either. */
  private async followAddresses(parts: SandboxParts): Promise<void> {
    const addresses = parts.hostAddresses();
    const isChanged = this.addresses !== "" && this.addresses !== addresses.join();
    this.addresses = addresses.join();
    if (!isChanged) return;
    for (const room of this.live.values())
      if (room.sandbox.helpers.length > 0) await loadEgressRules(room.sandbox.init.pid, addresses);
  }
}

async function readMemoryKill(parts: SandboxParts, room: LiveSandbox): Promise<string | null> {
  const kills = await parts.cgroups.memoryKills(room.roomId);
  if (kills <= room.memoryKills) return null;
  room.memoryKills = kills;
  const program = findKilledProgram(`/${parts.cgroups.parent}/${room.roomId}`);
  return describeMemoryKill(program, room.sandbox.limits);
}

/** Where no image caps the disk, the files are counted now and then: late, but better than the whole machine full. */
async function readDiskExcess(parts: SandboxParts, room: LiveSandbox): Promise<string | null> {
  if (parts.measure.diskFault === null) return null;
  if (performance.now() < room.nextDiskLook) return null;
  const excess = await describeExcess(room.folder, room.sandbox.limits.diskBytes);
  room.nextDiskLook = performance.now() + DISK_PERIOD_MS;
  return excess;
}

/** A room whose network helper died gets another one; the filter in its namespace has stayed. */
async function keepNetwork(parts: SandboxParts, room: LiveSandbox): Promise<void> {
  const running = await Promise.all(room.sandbox.helpers.map(isRunning));
  if (running.every(Boolean)) return;
  room.sandbox.helpers = await openNetwork(parts, room, room.sandbox.init.pid);
  await parts.records.setSandbox(room.roomId, room.sandbox);
}
