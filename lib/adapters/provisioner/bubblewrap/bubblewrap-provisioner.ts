import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { Provisioner, SandboxSpec, WorkspaceAttach } from "@/lib/ports/provisioner";
import type { SandboxStatus } from "@/lib/protocol/host";
import { adoptSandboxes } from "./adopt-sandboxes";
import { createRoomCgroups } from "./cgroups";
import { listHostAddresses } from "./egress";
import { endSandbox } from "./end-sandbox";
import { connectEngine, connectPort } from "./engine-socket";
import { type HostMeasure, measureHost } from "./host-measure";
import { describeWalls } from "./host-walls";
import { isRunning } from "./processes";
import { createRoomDisks } from "./room-disk";
import { createRoomLocks } from "./room-locks";
import { createRoomRecords } from "./room-record";
import { makeRunFolder } from "./run-folder";
import { writeSandboxEtc } from "./sandbox-etc";
import { type LiveSandbox, type SandboxParts, roomOf } from "./sandbox-parts";
import { createSandboxWatch } from "./sandbox-watch";
import { buildSeccompFilter } from "./seccomp-filter";
import { startSandbox } from "./start-sandbox";

export type BubblewrapOptions = {
  dataDir: string;
  /** Node, engine.mjs and what else a room sees at /opt/workroom; not writable by any room. */
  runtimeDir: string;
  /** First host uid of the rooms; room n has the 65,536 from `uidBase + n * 65536`. */
  uidBase: number;
  /** Opens rooms although a required wall is missing. */
  allowWeak: boolean;
  log: Log;
  /** Size of a disk that `attach` makes; `start` uses the limit it is given. */
  diskBytes?: number;
  /** What counts as this machine's own besides the addresses of its interfaces. */
  hostAddresses?: readonly string[];
};

/** `close` stops watching; rooms go on. */
export type BubblewrapProvisioner = Provisioner & WorkspaceAttach & { close(): void };

const DEFAULT_DISK_BYTES = 10 * 1_073_741_824;

async function prepareParts(options: BubblewrapOptions): Promise<SandboxParts> {
  const { dataDir, runtimeDir, uidBase, log } = options;
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  const seccompPath = join(dataDir, "seccomp.bpf");
  await mkdir(join(dataDir, "rooms"), { recursive: true, mode: 0o711 });
  await chmod(join(dataDir, "rooms"), 0o711);
  await writeFile(`${seccompPath}.new`, buildSeccompFilter(architecture), { mode: 0o600 });
  await rename(`${seccompPath}.new`, seccompPath);
  await writeSandboxEtc(dataDir);
  const measure = await measureHost({ dataDir, uidBase, seccompPath });
  const disks = createRoomDisks({ dataDir, canMount: measure.diskFault === null });
  void disks.prepareSpare(options.diskBytes ?? DEFAULT_DISK_BYTES);
  return {
    dataDir,
    runtimeDir,
    uidBase,
    seccompPath,
    measure,
    records: createRoomRecords(dataDir),
    disks,
    cgroups: createRoomCgroups(dataDir, measure.cgroups),
    hostAddresses: () => [...listHostAddresses(), ...(options.hostAddresses ?? [])],
    log,
  };
}

/** @throws AppError `unavailable` that names what is missing */
function refuseWithoutWalls(measure: HostMeasure, allowWeak: boolean): void {
  const { canOpenRooms, walls } = describeWalls(measure, allowWeak);
  if (canOpenRooms) return;
  const missing = walls.filter((wall) => wall.isRequired && !wall.isBuilt);
  const titles = missing.map((wall) => wall.title).join("; ");
  throw new AppError(
    "unavailable",
    `This machine can't build these walls of a workroom: ${titles}.`,
  );
}

/** Rooms as bubblewrap sandboxes on this machine. */
export function createBubblewrapProvisioner(options: BubblewrapOptions): BubblewrapProvisioner {
  let prepared: Promise<SandboxParts> | null = null;
  const parts = () => (prepared ??= prepareParts(options));
  const live = new Map<string, LiveSandbox>();
  const exclusive = createRoomLocks();
  const watch = createSandboxWatch(parts, live, exclusive);

  const findLive = (roomId: string) => {
    const room = live.get(roomId);
    if (!room) throw new AppError("unavailable", "This workroom isn't running.");
    return room;
  };

  async function findRoom(roomId: string) {
    const all = await parts();
    const record = await all.records.find(roomId);
    return record ? { ...roomOf(all, roomId, record), record } : null;
  }

  async function end(roomId: string): Promise<void> {
    const room = await findRoom(roomId);
    live.delete(roomId);
    if (room?.record.sandbox) await endSandbox(await parts(), room, room.record.sandbox);
  }

  async function start(spec: SandboxSpec, limits: { timeoutMs: number; signal?: AbortSignal }) {
    const begun = performance.now();
    const all = await parts();
    refuseWithoutWalls(all.measure, options.allowWeak);
    const running = live.get(spec.roomId);
    if (running?.sandbox.epoch === spec.epoch && (await isRunning(running.sandbox.init)))
      return { bootMs: 0, isAdopted: true };
    await end(spec.roomId);
    const room = roomOf(all, spec.roomId, await all.records.ensure(spec.roomId));
    try {
      const started = await startSandbox(all, room, spec, limits);
      live.set(spec.roomId, started.live);
      started.launch.child.once("exit", () => void watch.check(spec.roomId).catch(() => null));
    } catch (error) {
      await endSandbox(all, room, (await all.records.find(spec.roomId))?.sandbox ?? null);
      throw error;
    }
    return { bootMs: performance.now() - begun, isAdopted: false };
  }

  async function setFrozen(roomId: string, isFrozen: boolean): Promise<void> {
    const room = live.get(roomId);
    if (!room || room.sandbox.isFrozen === isFrozen) return;
    const { cgroups, records, measure } = await parts();
    if (!describeWalls(measure, true).canFreeze)
      throw new AppError("unavailable", "This machine can't pause workrooms.");
    await cgroups.freeze(roomId, isFrozen);
    room.sandbox.isFrozen = isFrozen;
    await records.setSandbox(roomId, room.sandbox);
  }

  async function statusOf(room: LiveSandbox): Promise<SandboxStatus> {
    const { cgroups } = await parts();
    const [processCount, memoryBytes] = await Promise.all([
      cgroups.processCount(room.roomId),
      cgroups.memoryBytes(room.roomId),
    ]);
    const { epoch, startedAt, isFrozen } = room.sandbox;
    const state = isFrozen ? "frozen" : "running";
    return { roomId: room.roomId, epoch, state, startedAt, processCount, memoryBytes };
  }

  async function attach(roomId: string) {
    const all = await parts();
    const room = roomOf(all, roomId, await all.records.ensure(roomId));
    const diskBytes = options.diskBytes ?? DEFAULT_DISK_BYTES;
    const place = { root: room.folder.workspace, uid: room.owners.agent, gid: room.owners.agent };
    // The disk of a running room is attached, and its tree may be moving: nothing of it is touched.
    if (live.has(roomId)) return { ...place, isNew: false };
    const { isNew } = await all.disks.attach(room.folder, room.owners, diskBytes);
    await makeRunFolder(room.folder, room.owners);
    return { ...place, isNew };
  }

  async function detach(roomId: string): Promise<void> {
    const room = await findRoom(roomId);
    if (!room || live.has(roomId)) return;
    await (await parts()).disks.detach(room.folder);
  }

  async function destroy(roomId: string): Promise<void> {
    const room = await findRoom(roomId);
    if (!room) return;
    await end(roomId);
    await (await parts()).disks.remove(room.folder);
  }

  return {
    kind: "bubblewrap",
    probe: async () => describeWalls((await parts()).measure, options.allowWeak),
    start: (spec, limits) => exclusive(spec.roomId, () => start(spec, limits)),
    stop: (roomId) => exclusive(roomId, () => end(roomId)),
    freeze: (roomId) => exclusive(roomId, () => setFrozen(roomId, true)),
    thaw: (roomId) => exclusive(roomId, () => setFrozen(roomId, false)),
    destroy: (roomId) => exclusive(roomId, () => destroy(roomId)),
    attach: (roomId) => exclusive(roomId, () => attach(roomId)),
    detach: (roomId) => exclusive(roomId, () => detach(roomId)),
    async connect(roomId, target) {
      const { folder, owners } = findLive(roomId);
      return target === "engine"
        ? connectEngine(folder, owners.engine)
        : connectPort(folder, owners.engine, target);
    },
    list: async () => Promise.all([...live.values()].map(statusOf)),
    adopt: async () => adoptSandboxes(await parts(), live),
    onEnd: watch.onEnd,
    onOutOfMemory: watch.onOutOfMemory,
    close: watch.close,
  };
}
