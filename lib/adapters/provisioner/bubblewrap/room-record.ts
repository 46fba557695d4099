import { mkdir, open, readFile, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { RoomLimits } from "@/lib/protocol/host";
import { OutputQuota } from "@/lib/protocol/workspace";
import { isRoomId, roomFolder } from "./room-folder";

/** A process, told apart from a later one with the same number by its start time. */
export const ProcessMark = z.object({ pid: z.number().int().positive(), startTime: z.string() });
export type ProcessMark = z.infer<typeof ProcessMark>;

export const RunningSandbox = z.object({
  epoch: z.number().int(),
  limits: RoomLimits,
  /** Process numbers mean nothing after a reboot. */
  bootId: z.string(),
  /** PID 1 of the room, as the host numbers it; `null` while the room is being built. */
  init: ProcessMark.nullable(),
  helpers: z.array(ProcessMark),
  startedAt: z.iso.datetime(),
  isFrozen: z.boolean(),
  /** Whose quota server counts its `output/`; `null`: nobody does. */
  quotaGroup: z.string().nullable().default(null),
});
export type RunningSandbox = z.infer<typeof RunningSandbox>;

/** `room.json`: what this host knows of a room. `uidIndex` is the room's block of 65,536 host uids. */
export const RoomRecord = z.object({
  uidIndex: z.number().int().nonnegative(),
  sandbox: RunningSandbox.nullable(),
  quota: OutputQuota.nullable().default(null),
});
export type RoomRecord = z.infer<typeof RoomRecord>;

/** Reads and writes the records of a data folder; gives each room a block of uids of its own. */
export function createRoomRecords(dataDir: string) {
  let allocation: Promise<unknown> = Promise.resolve();

  async function find(roomId: string): Promise<RoomRecord | null> {
    const text = await readFile(roomFolder(dataDir, roomId).record, "utf8").catch(absent);
    return text === null ? null : RoomRecord.parse(JSON.parse(text));
  }

  async function write(roomId: string, record: RoomRecord): Promise<void> {
    const { record: path } = roomFolder(dataDir, roomId);
    const draft = `${path}.new`;
    const file = await open(draft, "w", 0o600);
    try {
      await file.writeFile(JSON.stringify(record));
    } finally {
      await file.close();
    }
    await rename(draft, path);
  }

  async function list(): Promise<string[]> {
    const names = await readdir(join(dataDir, "rooms")).catch(absent);
    return (names ?? []).filter(isRoomId);
  }

  async function create(roomId: string): Promise<RoomRecord> {
    const existing = await find(roomId);
    if (existing) return existing;
    const taken = new Set<number>();
    for (const other of await list()) {
      const record = await find(other);
      if (record) taken.add(record.uidIndex);
    }
    let uidIndex = 0;
    while (taken.has(uidIndex)) uidIndex += 1;
    // Rooms pass through these folders as their own uids to reach their disk: search permission only.
    await mkdir(join(dataDir, "rooms"), { recursive: true, mode: 0o711 });
    await mkdir(roomFolder(dataDir, roomId).root, { recursive: true, mode: 0o711 });
    const record: RoomRecord = { uidIndex, sandbox: null, quota: null };
    await write(roomId, record);
    return record;
  }

  /** The record, made when there is none. One at a time: two rooms must never share a block of uids. */
  function ensure(roomId: string): Promise<RoomRecord> {
    const next = allocation.then(() => create(roomId));
    allocation = next.catch(() => null);
    return next;
  }

  async function setSandbox(roomId: string, sandbox: RunningSandbox | null): Promise<void> {
    const record = await ensure(roomId);
    await write(roomId, { ...record, sandbox });
  }

  async function setQuota(roomId: string, quota: OutputQuota | null): Promise<void> {
    const record = await ensure(roomId);
    await write(roomId, { ...record, quota });
  }

  return { find, ensure, list, setSandbox, setQuota };
}
export type RoomRecords = ReturnType<typeof createRoomRecords>;

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
