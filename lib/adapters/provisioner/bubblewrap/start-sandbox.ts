import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "@/lib/errors";
import type { SandboxSpec } from "@/lib/ports/provisioner";
import { attachUserNetwork, loadEgressRules } from "./egress";
import { untilHealthy } from "./engine-socket";
import { growDisk } from "./grow-disk";
import {
  type SandboxLaunch,
  forgetEngineLog,
  launchSandbox,
  readEngineLog,
} from "./launch-sandbox";
import { countingGroup, openOutput } from "./output-mount";
import { markProcess, readBootId } from "./processes";
import type { ProcessMark, RunningSandbox } from "./room-record";
import { prepareRunFolder } from "./run-folder";
import { roomCommand, sandboxArguments } from "./sandbox-arguments";
import type { LiveSandbox, Room, SandboxParts } from "./sandbox-parts";

type StartOptions = { timeoutMs: number; signal?: AbortSignal };

/**
 * Builds the room and waits for its engine. Disk, namespace, cgroups and run folder are made side by side; the network
 * and its filter are in place before the first instruction of the room.
 */
export async function startSandbox(
  parts: SandboxParts,
  room: Room,
  spec: SandboxSpec,
  options: StartOptions,
): Promise<{ live: LiveSandbox; launch: SandboxLaunch }> {
  const stop = new AbortController();
  const signals = [stop.signal, AbortSignal.timeout(options.timeoutMs)];
  const signal = AbortSignal.any(options.signal ? [...signals, options.signal] : signals);
  const record: RunningSandbox = {
    epoch: spec.epoch,
    limits: spec.limits,
    bootId: await readBootId(),
    init: null,
    helpers: [],
    startedAt: new Date().toISOString(),
    isFrozen: false,
    quotaGroup: await countingGroup(parts, spec),
  };
  // First of all: a host killed from here on leaves a record, and the next one clears up after it.
  await parts.records.setSandbox(spec.roomId, record);
  // The next best where nothing counts: no file of the room, wherever it lies, gets larger than one of output/ may be.
  const maxFileBytes = record.quotaGroup === null ? spec.quota?.maxFileBytes : undefined;
  const opening = openNamespaces(parts, room, spec, maxFileBytes);
  const [{ launch, helpers }] = await allOrFirstError([
    opening,
    prepareDisk(parts, room, spec, record),
    prepareRunFolder(room.folder, room.owners, {
      roomId: spec.roomId,
      epoch: spec.epoch,
      hostAddresses: parts.hostAddresses(),
      ...(parts.previewHost !== undefined && { previewHost: parts.previewHost }),
    }),
  ]).catch(async (error: unknown) => {
    (await opening.catch(() => null))?.launch.child.kill("SIGKILL"); // it waits for a build that won't come
    throw error;
  });
  launch.child.once("exit", () => stop.abort());
  try {
    const live = await buildRoom(parts, room, launch, { ...record, helpers }, signal);
    launch.release();
    await untilHealthy(room.folder, room.owners.engine, { ...spec, ...options, signal });
    await parts.cgroups.limitCpu(spec.roomId, spec.limits.cpuCores);
    return { live, launch };
  } catch (error) {
    throw await explainFailure(error, room, stop.signal.aborted);
  }
}

async function openNamespaces(
  parts: SandboxParts,
  room: Room,
  spec: SandboxSpec,
  maxFileBytes: number | undefined,
) {
  const tini = existsSync(join(parts.runtimeDir, "tini")) ? "/opt/workroom/tini" : "/usr/bin/tini";
  const [launch] = await allOrFirstError([
    launchSandbox({
      firstUid: room.firstUid,
      hasNetwork: hasNetwork(parts, room),
      logPath: room.folder.engineLog,
      seccompPath: parts.seccompPath,
      ...(maxFileBytes !== undefined && { maxFileBytes }),
      command: roomCommand(tini, room.firstUid !== null),
    }),
    parts.cgroups.create(spec.roomId, spec.limits),
  ]);
  try {
    const [helpers] = await allOrFirstError([
      openNetwork(parts, room, launch.pid),
      parts.cgroups.place(spec.roomId, launch.pid),
    ]);
    return { launch, helpers };
  } catch (error) {
    launch.child.kill("SIGKILL");
    throw error;
  }
}

async function prepareDisk(
  parts: SandboxParts,
  room: Room,
  spec: SandboxSpec,
  record: RunningSandbox,
): Promise<void> {
  await parts.disks.attach(room.folder, room.owners, spec.limits.diskBytes);
  // A disk of the old size is better than no room.
  await growDisk(parts.disks, room, spec.limits.diskBytes).catch((error: unknown) =>
    parts.log.warn({ err: error, roomId: room.roomId }, "a room's disk was not made larger"),
  );
  await forgetEngineLog(room.folder);
  await openOutput(parts, room, spec.quota ?? null, record.quotaGroup);
}

async function buildRoom(
  parts: SandboxParts,
  room: Room,
  launch: SandboxLaunch,
  record: RunningSandbox,
  signal: AbortSignal,
): Promise<LiveSandbox> {
  const isMapped = room.firstUid !== null;
  const { dataDir, runtimeDir } = parts;
  const initPid = await unlessAborted(
    launch.build(
      sandboxArguments({
        dataDir,
        runtimeDir,
        folder: room.folder,
        workspace: record.quotaGroup === null ? room.folder.workspace : room.folder.view,
        limits: record.limits,
        isMapped,
        hasNetwork: hasNetwork(parts, room),
      }),
    ),
    signal,
  );
  const init = await markProcess(initPid);
  if (init === null)
    throw new AppError("unavailable", "The room's sandbox ended while it was built.");
  const sandbox = { ...record, init };
  await parts.records.setSandbox(room.roomId, sandbox);
  return { ...room, sandbox, memoryKills: 0, nextDiskLook: 0 };
}

/** Where the network can't be filtered, the room has none. */
const hasNetwork = (parts: SandboxParts, room: Room) =>
  parts.measure.egressFault === null && room.firstUid !== null;

/** Attaches and filters the network of a process of the room. */
export async function openNetwork(
  parts: SandboxParts,
  room: Room,
  pid: number,
): Promise<ProcessMark[]> {
  if (!hasNetwork(parts, room) || room.firstUid === null) return [];
  const [network] = await allOrFirstError([
    attachUserNetwork(pid, room.firstUid, join(room.folder.root, "network.log")),
    loadEgressRules(pid, parts.hostAddresses()),
  ]);
  const mark = network.pid === undefined ? null : await markProcess(network.pid);
  return mark ? [mark] : [];
}

/** Waits for all, also when one fails: nothing may still be under way when the caller clears up. */
async function allOrFirstError<T extends readonly unknown[]>(
  work: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  const settled = await Promise.allSettled(work);
  for (const result of settled) if (result.status === "rejected") throw result.reason;
  return Promise.all(work) as unknown as Promise<T>;
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AppError("unavailable", "The workroom didn't start in time."));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

async function explainFailure(error: unknown, room: Room, hasEnded: boolean): Promise<AppError> {
  const log = await readEngineLog(room.folder).catch(() => "");
  const isExpected = error instanceof AppError && !hasEnded;
  if (isExpected && log === "") return error;
  const message = hasEnded
    ? "The workroom's engine ended before it answered."
    : isExpected
      ? error.message
      : "The workroom didn't start in time.";
  return new AppError("unavailable", message, { cause: error, details: { log } });
}
