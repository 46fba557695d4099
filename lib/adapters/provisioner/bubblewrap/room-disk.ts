import { chmod, lchown, lstat, mkdir, open, readFile, rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/errors";
import { type RoomFolder } from "./room-folder";
import { runProgram } from "./run-program";

/** Uids and gids of a room on this host: the engine is uid 0 inside, the agent 1000. */
export type RoomOwners = { host: number; engine: number; agent: number };

/** The disk as an image, or as the plain folder of a host that can't mount one. */
export async function hasDisk({ image, workspace }: RoomFolder): Promise<boolean> {
  const found = await Promise.all([image, workspace].map((path) => lstat(path).catch(() => null)));
  return found.some((stats) => stats !== null);
}

/** One inode for each 16 KiB: what ext4 gives by default, and the cap on the number of files. */
const BYTES_PER_INODE = 16_384;
/** Below this, mkfs picks the size of the journal itself. */
const MIN_JOURNALED_BYTES = 268_435_456;

/**
 * The disk of a room: an ext4 image of bounded bytes and inodes mounted at `disk/`, or a plain folder where the host
 * can't mount one. Nothing may run in the room while its disk is attached or detached.
 */
export class RoomDisks {
  private readonly spare: string;
  private making: Promise<void> = Promise.resolve();

  constructor(
    dataDir: string,
    private readonly canMount: boolean,
  ) {
    this.spare = join(dataDir, "rooms", "spare-disk.img");
  }

  /** Keeps one blank image ready: making a file system is the slowest part of a new room. */
  prepareSpare(diskBytes: number): void {
    this.making = this.making.then(async () => {
      if (!this.canMount || (await sizeOf(this.spare)) === diskBytes) return;
      // When it fails, the next room makes its own image and says why it can't.
      await makeImage(this.spare, diskBytes).catch(() => null);
    });
  }

  /** Resolves when nothing is being made in the background. */
  settle(): Promise<void> {
    return this.making;
  }

  async attach(
    folder: RoomFolder,
    owners: RoomOwners,
    diskBytes: number,
  ): Promise<{ isNew: boolean }> {
    const isNew =
      !(await isMountPoint(folder.disk)) && (await this.open(folder, owners, diskBytes));
    await layOut(folder, owners);
    return { isNew };
  }

  /** @throws AppError `conflict` while somebody has a file of the disk open */
  async detachIdle(folder: RoomFolder): Promise<void> {
    if (!(await isMountPoint(folder.disk))) return;
    const gentle = await runProgram("umount", [folder.disk]);
    if (gentle.exitCode !== 0)
      throw new AppError("conflict", "The room's disk is in use.", {
        details: { output: gentle.output },
      });
  }

  async detach(folder: RoomFolder): Promise<void> {
    const isDetached = await this.detachIdle(folder).then(
      () => true,
      () => false,
    );
    if (isDetached) return;
    // Somebody still reads a file of it: the mount goes away now, the device with the last reader.
    const lazy = await runProgram("umount", ["--lazy", folder.disk]);
    if (lazy.exitCode !== 0 && (await isMountPoint(folder.disk)))
      throw new AppError("unavailable", "The room's disk can't be detached.", {
        details: { output: lazy.output },
      });
  }

  async remove(folder: RoomFolder): Promise<void> {
    await this.detach(folder);
    await rm(folder.root, { recursive: true, force: true, maxRetries: 3 });
  }

  /** @returns whether the disk was made just now */
  private async open(folder: RoomFolder, owners: RoomOwners, diskBytes: number): Promise<boolean> {
    await makeDirectory(folder.disk, 0o711);
    const hasImage = (await sizeOf(folder.image)) !== null;
    const hasPlainTree = !hasImage && (await exists(folder.workspace));
    if (!hasImage && (hasPlainTree || !this.canMount)) return !hasPlainTree;
    if (!hasImage) await this.makeDisk(folder, diskBytes);
    await mountImage(folder, owners);
    return !hasImage;
  }

  private async makeDisk(folder: RoomFolder, diskBytes: number): Promise<void> {
    await this.making;
    const isFitting = (await sizeOf(this.spare)) === diskBytes;
    // Another room may take the spare first.
    const isTaken =
      !isFitting || (await rename(this.spare, folder.image).catch((error: Error) => error));
    if (isTaken) await makeImage(folder.image, diskBytes);
    this.prepareSpare(diskBytes);
  }
}

export async function makeImage(path: string, diskBytes: number): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.truncate(diskBytes); // sparse: a room takes what it uses
  } finally {
    await file.close();
  }
  const inodes = Math.max(1_024, Math.floor(diskBytes / BYTES_PER_INODE));
  const made = await runProgram(
    "mkfs.ext4",
    [
      ["-q", "-F", "-m", "1", "-N", String(inodes)],
      diskBytes < MIN_JOURNALED_BYTES ? [] : ["-J", "size=16"],
      ["-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard", draft],
    ].flat(),
  );
  if (made.exitCode !== 0) {
    await rm(draft, { force: true });
    throw new AppError("unavailable", "The room's disk can't be made on this machine.", {
      details: { output: made.output },
    });
  }
  await rename(draft, path);
}

export async function mountImage(
  folder: Pick<RoomFolder, "image" | "disk" | "root">,
  owners: RoomOwners,
): Promise<void> {
  // The reserved blocks are the engine's: it can note what happened when the agent has filled the disk.
  const flags = [
    "loop,nodev,nosuid,noatime,discard,noinit_itable",
    `resuid=${owners.engine},resgid=${owners.engine}`,
  ].join(",");
  const mounted = await runProgram("mount", ["-t", "ext4", "-o", flags, folder.image, folder.disk]);
  if (mounted.exitCode === 0) return;
  const { bavail } = await statfs(folder.root);
  throw bavail === 0
    ? new AppError("disk_full", "This machine's disk is full: the room's disk can't be attached.")
    : new AppError("unavailable", "The room's disk can't be attached.", {
        details: { output: mounted.output },
      });
}

/** Makes the folders of a room. The tree below `workspace` and `home` may have been shaped by hostile code: no link is followed. */
async function layOut(folder: RoomFolder, owners: RoomOwners): Promise<void> {
  await chmod(folder.disk, 0o711);
  await own(folder.workspace, 0o755, owners.agent);
  await own(folder.home, 0o755, owners.agent);
  await own(folder.engineState, 0o700, owners.engine);
  await own(folder.input, 0o755, owners.host);
  if (!(await exists(folder.output))) await own(folder.output, 0o755, owners.agent);
}

async function own(path: string, mode: number, id: number): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found && !found.isDirectory()) await rename(path, `${path}.moved-${Date.now()}`);
  if (found?.isDirectory() && found.uid === id) return;
  await makeDirectory(path, mode);
  await lchown(path, id, id);
}

async function makeDirectory(path: string, mode: number): Promise<void> {
  await mkdir(path, { mode, recursive: true });
}

/** In plain words when the files of a room take more than `diskBytes`; `null` when not, or when they can't be counted. */
export async function describeExcess(
  folder: RoomFolder,
  diskBytes: number,
): Promise<string | null> {
  const counted = await runProgram("du", ["-sxk", folder.disk]);
  const usedBytes = Number(/^(\d+)\s/m.exec(counted.output)?.[1] ?? 0) * 1_024;
  const limit = `${Number((diskBytes / 1_073_741_824).toFixed(2))} GiB`;
  return usedBytes > diskBytes
    ? `The workroom's files take more than its limit of ${limit}.`
    : null;
}

export async function isMountPoint(path: string): Promise<boolean> {
  const table = await readFile("/proc/self/mountinfo", "utf8");
  const escaped = path.replace(/[ \t\n\\]/g, (char) => `\\0${char.charCodeAt(0).toString(8)}`);
  return table.split("\n").some((line) => line.split(" ")[4] === escaped);
}

async function sizeOf(path: string): Promise<number | null> {
  return (await lstat(path).catch(() => null))?.size ?? null;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}
