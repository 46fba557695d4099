import { chmod, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { OutputMounts } from "@/lib/ports/output-mounts";
import type { Provisioner, SandboxSpec, WorkspaceAttach } from "@/lib/ports/provisioner";
import type { SandboxStatus } from "@/lib/protocol/host";
import type { OutputQuota } from "@/lib/protocol/workspace";
import { adoptSandboxes } from "./adopt-sandboxes";
import { RoomCgroups } from "./cgroups";
import { listHostAddresses } from "./egress";
import { endSandbox } from "./end-sandbox";
import { connectEngine, connectPort } from "./engine-socket";
import { type HostMeasure, measureHost } from "./host-measure";
import { describeWalls } from "./host-walls";
import { IdleDisks } from "./idle-disks";
import { isRunning } from "./processes";
import { hasDisk, RoomDisks } from "./room-disk";
import { roomFolder } from "./room-folder";
import { createRoomLocks } from "./room-locks";
import { createRoomRecords } from "./room-record";
import { makeRunFolder } from "./run-folder";
import { writeSandboxEtc } from "./sandbox-etc";
import { type LiveSandbox, type SandboxParts, roomOf } from "./sandbox-parts";
import { SandboxWatch } from "./sandbox-watch";
import { buildSeccompFilter } from "./seccomp-filter";
import { startSandbox } from "./start-sandbox";

export type BubblewrapOptions = {
  dataDir: string;
  /** Node, engine.cjs and what else a room sees at /opt/workroom; not writable by any room. */
  runtimeDir: string;
  /** First host uid of the rooms; room n has the 65,536 from `uidBase + n * 65536`. */
  uidBase: number;
  /** Opens rooms although a required wall is missing. */
  allowWeak: boolean;
  log: Log;
  /** Size of a disk that `attach` makes; `start` uses the limit it is given. */
  diskBytes?: number;
  /** How long the disk of a sleeping room stays attached after its last use. */
  diskIdleMs?: number;
  /** What counts as this machine's own besides the addresses of its interfaces. */
  hostAddresses?: readonly string[];
  /** The host name below which previews are seen: dev servers of rooms answer to names below it. */
  previewHost?: string;
  /** Makes quotas of `output/` hold in the rooms. */
  outputMounts?: OutputMounts;
};

/** `close` stops watching and detaches the disks of rooms that sleep; rooms that run go on. */
export type BubblewrapProvisioner = Provisioner & WorkspaceAttach & { close(): Promise<void> };

const DISK_IDLE_MS = 300_000;
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
  const disks = new RoomDisks(dataDir, measure.diskFault === null);
  disks.prepareSpare(options.diskBytes ?? DEFAULT_DISK_BYTES);
  return {
    dataDir,
    runtimeDir,
    uidBase,
    seccompPath,
    measure,
    records: createRoomRecords(dataDir),
    disks,
    cgroups: new RoomCgroups(dataDir, measure.cgroups),
    hostAddresses: () => [...listHostAddresses(), ...(options.hostAddresses ?? [])],
    ...(options.previewHost !== undefined && { previewHost: options.previewHost }),
    outputMounts: options.outputMounts ?? null,
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

/** What the methods of one provisioner share. */
type Shared = {
  options: BubblewrapOptions;
  parts: () => Promise<SandboxParts>;
  live: Map<string, LiveSandbox>;
  watch: SandboxWatch;
  idleDisks: IdleDisks;
};

/** Rooms as bubblewrap sandboxes on this machine. */
export function createBubblewrapProvisioner(options: BubblewrapOptions): BubblewrapProvisioner {
  let prepared: Promise<SandboxParts> | null = null;
  const parts = () => (prepared ??= prepareParts(options));
  const live = new Map<string, LiveSandbox>();
  const exclusive = createRoomLocks();
  const watch = new SandboxWatch(parts, live, exclusive);
  const idleDisks = new IdleDisks(options.diskIdleMs ?? DISK_IDLE_MS, (roomId) =>
    exclusive(roomId, () => detachIdle(shared, roomId)),
  );
  const shared: Shared = { options, parts, live, watch, idleDisks };

  return {
    kind: "bubblewrap",
    async probe() {
      const { measure } = await parts();
      const fault = (await options.outputMounts?.fault()) ?? null;
      return describeWalls(measure, options.allowWeak, options.outputMounts ? fault : undefined);
    },
    start: (spec, limits) => exclusive(spec.roomId, () => start(shared, spec, limits)),
    stop: (roomId) => exclusive(roomId, () => end(shared, roomId)),
    freeze: (roomId) => exclusive(roomId, () => setFrozen(shared, roomId, true)),
    thaw: (roomId) => exclusive(roomId, () => setFrozen(shared, roomId, false)),
    destroy: (roomId) => exclusive(roomId, () => destroy(shared, roomId)),
    attach: (roomId) => exclusive(roomId, () => attach(shared, roomId)),
    hasDisk: async (roomId) => hasDisk(roomFolder(options.dataDir, roomId)),
    detach: (roomId) => exclusive(roomId, () => detach(shared, roomId)),
    setQuota: (roomId, quota) => exclusive(roomId, () => setQuota(shared, roomId, quota)),
    async quota(roomId) {
      const record = await (await parts()).records.find(roomId);
      const isMounted = (live.get(roomId)?.sandbox.quotaGroup ?? null) !== null;
      return { limits: record?.quota ?? null, isMounted };
    },
    async connect(roomId, target) {
      const room = live.get(roomId);
      if (!room) throw new AppError("unavailable", "This workroom isn't running.");
      return target === "engine"
        ? connectEngine(room.folder, room.owners.engine)
        : connectPort(room.folder, room.owners.engine, target);
    },
    list: async () => Promise.all([...live.values()].map((room) => statusOf(shared, room))),
    adopt: () => adopt(shared),
    onEnd: (listener) => watch.onEnd(listener),
    onOutOfMemory: (listener) => watch.onMemoryKill(listener),
    async close() {
      watch.close();
      idleDisks.close();
      if (prepared === null) return;
      const { records, disks } = await prepared;
      await disks.settle();
      for (const roomId of await records.list())
        await exclusive(roomId, () => detach(shared, roomId));
    },
  };
}

type StartLimits = { timeoutMs: number; signal?: AbortSignal };

async function start(shared: Shared, spec: SandboxSpec, limits: StartLimits) {
  const begun = performance.now();
  const { live, watch, options } = shared;
  const { roomId } = spec;
  const parts = await shared.parts();
  refuseWithoutWalls(parts.measure, options.allowWeak);
  const running = live.get(roomId);
  if (running?.sandbox.epoch === spec.epoch && (await isRunning(running.sandbox.init))) {
    await setFrozen(shared, roomId, false);
    return { bootMs: 0, isAdopted: true };
  }
  await end(shared, roomId);
  await setQuota(shared, roomId, spec.quota ?? null);
  const room = roomOf(parts, roomId, await parts.records.ensure(roomId));
  try {
    const started = await startSandbox(parts, room, spec, limits);
    live.set(roomId, started.live);
    // The timer would notice too, a second later.
    started.launch.child.once("exit", () => void watch.look(roomId).catch(() => null));
  } catch (error) {
    await endSandbox(parts, room, (await parts.records.find(roomId))?.sandbox ?? null);
    throw error;
  }
  return { bootMs: performance.now() - begun, isAdopted: false };
}

async function findRoom(shared: Shared, roomId: string) {
  const parts = await shared.parts();
  const record = await parts.records.find(roomId);
  return record ? { ...roomOf(parts, roomId, record), sandbox: record.sandbox } : null;
}

async function end(shared: Shared, roomId: string): Promise<void> {
  const room = await findRoom(shared, roomId);
  shared.live.delete(roomId);
  if (room) shared.idleDisks.use(roomId);
  if (room?.sandbox) await endSandbox(await shared.parts(), room, room.sandbox);
}

async function destroy(shared: Shared, roomId: string): Promise<void> {
  const room = await findRoom(shared, roomId);
  if (!room) return;
  await end(shared, roomId);
  await (await shared.parts()).disks.remove(room.folder);
}

async function setQuota(shared: Shared, roomId: string, quota: OutputQuota | null): Promise<void> {
  const parts = await shared.parts();
  const known = (await parts.records.find(roomId))?.quota ?? null;
  if (quota === null && known === null) return;
  await parts.records.setQuota(roomId, quota);
  await parts.outputMounts?.setLimits(roomId, quota);
}

async function setFrozen(shared: Shared, roomId: string, isFrozen: boolean): Promise<void> {
  const room = shared.live.get(roomId);
  if (!room || room.sandbox.isFrozen === isFrozen) return;
  const { cgroups, records, measure } = await shared.parts();
  if (!describeWalls(measure, true).canFreeze)
    throw new AppError("unavailable", "This machine can't pause workrooms.");
  await cgroups.freeze(roomId, isFrozen);
  room.sandbox.isFrozen = isFrozen;
  await records.setSandbox(roomId, room.sandbox);
}

async function statusOf(shared: Shared, room: LiveSandbox): Promise<SandboxStatus> {
  const { cgroups } = await shared.parts();
  const [processCount, memoryBytes] = await Promise.all([
    cgroups.processCount(room.roomId),
    cgroups.memoryBytes(room.roomId),
  ]);
  const { epoch, startedAt, isFrozen } = room.sandbox;
  const state = isFrozen ? "frozen" : "running";
  return { roomId: room.roomId, epoch, state, startedAt, processCount, memoryBytes };
}

async function attach(shared: Shared, roomId: string) {
  const parts = await shared.parts();
  const room = roomOf(parts, roomId, await parts.records.ensure(roomId));
  const place = { root: room.folder.workspace, uid: room.owners.agent, gid: room.owners.agent };
  shared.idleDisks.use(roomId);
  // The disk of a running room is attached, and its tree may be moving: nothing of it is touched.
  if (shared.live.has(roomId)) return { ...place, isNew: false };
  const diskBytes = shared.options.diskBytes ?? DEFAULT_DISK_BYTES;
  const { isNew } = await parts.disks.attach(room.folder, room.owners, diskBytes);
  await makeRunFolder(room.folder, room.owners);
  return { ...place, isNew };
}

async function detach(shared: Shared, roomId: string): Promise<void> {
  const room = await findRoom(shared, roomId);
  if (!room || shared.live.has(roomId)) return;
  await (await shared.parts()).disks.detach(room.folder);
}

async function detachIdle(shared: Shared, roomId: string): Promise<void> {
  const room = await findRoom(shared, roomId);
  if (room && !shared.live.has(roomId)) await (await shared.parts()).disks.detachIdle(room.folder);
}

async function adopt(shared: Shared) {
  const parts = await shared.parts();
  const outcome = await adoptSandboxes(parts, shared.live);
  // An earlier host may have left disks attached.
  for (const roomId of await parts.records.list()) shared.idleDisks.use(roomId);
  return outcome;
}
