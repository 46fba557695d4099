import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { OutputMounts } from "@/lib/ports/output-mounts";
import type { RoomCgroups } from "./cgroups";
import type { HostMeasure } from "./host-measure";
import type { RoomDisks, RoomOwners } from "./room-disk";
import { type RoomFolder, roomFolder } from "./room-folder";
import type { ProcessMark, RoomRecord, RoomRecords, RunningSandbox } from "./room-record";
import { ROOM_UIDS } from "./processes";
import { AGENT_ID } from "./sandbox-etc";

/** Node gives processes 31-bit uids only. */
const MAX_UID = 2 ** 31;

/** What starting and ending a room works with, put together once the machine has been measured. */
export type SandboxParts = {
  dataDir: string;
  runtimeDir: string;
  uidBase: number;
  seccompPath: string;
  measure: HostMeasure;
  records: RoomRecords;
  disks: RoomDisks;
  cgroups: RoomCgroups;
  hostAddresses: () => string[];
  previewHost?: string;
  /** Where there is none, quotas hold as well as they can without. */
  outputMounts: OutputMounts | null;
  log: Log;
};

/** A room as start and stop see it. `firstUid` null: the host maps no blocks, everything is this user's own uid. */
export type Room = {
  roomId: string;
  folder: RoomFolder;
  firstUid: number | null;
  owners: RoomOwners;
};

/** A sandbox that runs. */
export type LiveSandbox = Room & {
  sandbox: RunningSandbox & { init: ProcessMark };
  /** Memory kills already reported. */
  memoryKills: number;
  /** When the size of a disk without a cap is counted next (`performance.now()`). */
  nextDiskLook: number;
};

export function roomOf(parts: SandboxParts, roomId: string, record: RoomRecord): Room {
  const folder = roomFolder(parts.dataDir, roomId);
  if (parts.measure.uidRangeFault !== null) {
    const own = process.getuid?.() ?? 0;
    return { roomId, folder, firstUid: null, owners: { host: own, engine: own, agent: own } };
  }
  const firstUid = parts.uidBase + record.uidIndex * ROOM_UIDS;
  if (firstUid + ROOM_UIDS > MAX_UID)
    throw new AppError("unavailable", "This machine has no block of users left for a workroom.");
  const owners = { host: 0, engine: firstUid, agent: firstUid + AGENT_ID };
  return { roomId, folder, firstUid, owners };
}
