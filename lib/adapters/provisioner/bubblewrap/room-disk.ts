import { chmod, lchown, lstat, mkdir, open, readFile, rename, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/errors";
import { type RoomFolder } from "./room-folder";
import { runProgram } from "./run-program";

/** Uids and gids of a room on this host: the engine is uid 0 inside, the agent 1000. */
export type RoomOwners = { host: number; engine: number; agent: number };

/** One inode for each 16 KiB: what ext4 gives by default, and the cap on the number of files. */
const BYTES_PER_INODE = 16_384;
/** Below this, mkfs picks the size of the journal itself. */
const MIN_JOURNALED_BYTES = 268_435_456;

/**
 * The disk of a room: an ext4 image of bounded bytes and inodes mounted at `disk/`, or a plain folder where the host
 * can't mount one. Nothing may run in the room while its disk is attached or detached.
 */
export function createRoomDisks(options: { dataDir: string; canMount: boolean }) {
  const spare = join(options.dataDir, "rooms", "spare-disk.img");
  let sparePromise: Promise<unknown> = Promise.resolve();

  /** Keeps one blank image ready: making a file system is the slowest part of a new room. */
  function prepareSpare(diskBytes: number): Promise<unknown> {
    sparePromise = sparePromise.then(async () => {
      const size = await sizeOf(spare);
      if (size === diskBytes || !options.canMount) return;
      await mkdir(join(options.dataDir, "rooms"), { recursive: true, mode: 0o711 });
      await makeImage(spare, diskBytes);
    });
    return sparePromise.catch(() => null); // the next room makes its own image and reports why it can't
  }

  async function makeDisk(folder: RoomFolder, diskBytes: number): Promise<void> {
    await sparePromise.catch(() => null);
    if ((await sizeOf(spare)) === diskBytes) await rename(spare, folder.image);
    else await makeImage(folder.image, diskBytes);
    void prepareSpare(diskBytes);
  }

  async function attach(
    folder: RoomFolder,
    owners: RoomOwners,
    diskBytes: number,
  ): Promise<{ isNew: boolean }> {
    if (await isMountPoint(folder.disk)) {
      await layOut(folder, owners);
      return { isNew: false };
    }
    await makeDirectory(folder.disk, 0o711);
    let isNew = false;
    const hasImage = (await sizeOf(folder.image)) !== null;
    const hasPlainTree = !hasImage && (await exists(folder.workspace));
    if (hasImage || (!hasPlainTree && options.canMount)) {
      isNew = !hasImage;
      if (isNew) await makeDisk(folder, diskBytes);
      await mountImage(folder, owners);
    } else {
      isNew = !hasPlainTree;
    }
    await layOut(folder, owners);
    return { isNew };
  }

  async function detach(folder: RoomFolder): Promise<void> {
    if (!(await isMountPoint(folder.disk))) return;
    const gentle = await runProgram("umount", [folder.disk]);
    if (gentle.exitCode === 0) return;
    // Somebody still reads a file of it: the mount goes away now, the device with the last reader.
    const lazy = await runProgram("umount", ["--lazy", folder.disk]);
    if (lazy.exitCode !== 0 && (await isMountPoint(folder.disk)))
      throw new AppError("unavailable", "The room's disk can't be detached.", {
        details: { output: lazy.output },
      });
  }

  async function remove(folder: RoomFolder): Promise<void> {
    await detach(folder);
    await rm(folder.root, { recursive: true, force: true, maxRetries: 3 });
  }

  return { attach, detach, remove, prepareSpare };
}
export type RoomDisks = ReturnType<typeof createRoomDisks>;

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
