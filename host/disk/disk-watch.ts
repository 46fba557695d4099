import { statfs } from "node:fs/promises";
import { AppError } from "@/lib/errors";
import type { Log } from "@/lib/log";
import type { Provisioner } from "@/lib/ports/provisioner";
import type { HostEvent } from "@/lib/protocol/host";

const CHECK_MS = 2_000;
/** Room is made for this much more than the reserve before rooms go on, so that they don't stop again at once. */
const RECOVERY_BYTES = 64 * 1_048_576;

type Disk = { freeBytes: number; totalBytes: number };
type Parts = {
  dataDir: string;
  reserveBytes: number;
  provisioner: Pick<Provisioner, "list" | "freeze" | "thaw">;
  report: (event: HostEvent["event"]) => void;
  log: Log;
  measure?: (dataDir: string) => Promise<Disk>;
};

/**
 * Guards the disk that the database lies on: below the reserve all rooms are frozen and nothing more is written for
 * them, until there is space again.
 */
export function createDiskWatch(parts: Parts) {
  const { dataDir, reserveBytes, provisioner, report, log } = parts;
  const measure = parts.measure ?? measureDisk;
  const frozen = new Set<string>();
  let now: Disk = { freeBytes: Number.POSITIVE_INFINITY, totalBytes: 0 };
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function freezeRooms(): Promise<void> {
    for (const { roomId, state } of await provisioner.list()) {
      if (state !== "running") continue;
      await provisioner.freeze(roomId);
      frozen.add(roomId);
    }
  }
  async function thawRooms(): Promise<void> {
    for (const roomId of frozen) {
      frozen.delete(roomId);
      await provisioner.thaw(roomId);
    }
  }

  /** One look at the disk, and what follows from it. */
  async function check(): Promise<void> {
    now = await measure(dataDir);
    const limit = isStopped ? reserveBytes + RECOVERY_BYTES : reserveBytes;
    const wasStopped = isStopped;
    isStopped = now.freeBytes < limit;
    if (isStopped !== wasStopped) {
      log.warn({ freeBytes: now.freeBytes, isStopped }, "disk");
      report({ type: "disk", isStopped, freeBytes: now.freeBytes });
    }
    // Also rooms that were started or thawed since the last look.
    if (isStopped) await freezeRooms();
    else await thawRooms();
  }

  const watch = {
    check,
    async start(): Promise<void> {
      await check();
      const again = () => {
        timer = setTimeout(() => {
          check()
            .catch((error: unknown) => log.error({ err: error }, "the disk can't be looked at"))
            .finally(again);
        }, CHECK_MS).unref();
      };
      again();
    },
    stop: () => clearTimeout(timer),
    current: () => ({ ...now, isStopped }),
    /** @throws AppError `disk_full` when the disk is stopped, or `bytes` more would stop it */
    assertWritable(bytes: number): void {
      if (isStopped || now.freeBytes - bytes < reserveBytes)
        throw new AppError(
          "disk_full",
          "The disk of this server is nearly full, so nothing more is written. Free some space on it.",
        );
    },
  };
  return watch;
}
export type DiskWatch = ReturnType<typeof createDiskWatch>;

async function measureDisk(dataDir: string): Promise<Disk> {
  const { bavail, blocks, bsize } = await statfs(dataDir);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
