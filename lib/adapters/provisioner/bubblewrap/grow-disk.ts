import { open, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import { AppError } from "@/lib/errors";
import type { RoomDisks, RoomOwners } from "./room-disk";
import type { RoomFolder } from "./room-folder";
import { runProgram } from "./run-program";

/** A file system may end a little before its image does: less than this is not worth a try. */
const WORTH_BYTES = 4 * 1_048_576;
const SUPERBLOCK_OFFSET = 1_024;
const GROW_TIMEOUT_MS = 20_000;
/** Copying more would take longer than a person waits for a room to start. */
const MAX_COPY_BYTES = 2 * 1_073_741_824;

/**
 * Makes the attached disk of a room that does not run as large as the limit now says; a larger one stays as it is, and
 * so does a plain folder. Nothing of the disk is at stake at any moment: the kernel grows a mounted file system in its
 * journal, and where this host's root may not ask for that (CAP_SYS_RESOURCE), a copy is grown and takes its place.
 *
 * @throws AppError `unavailable` when neither goes: the disk works on in its old size
 */
export async function growDisk(
  disks: Pick<RoomDisks, "attach" | "detachIdle">,
  room: { folder: RoomFolder; owners: RoomOwners },
  diskBytes: number,
): Promise<void> {
  const { folder, owners } = room;
  const device = await deviceOf(folder.disk);
  if (device === null) return;
  if ((await fileSystemBytes(device)) > diskBytes - WORTH_BYTES) return;
  await extend(folder.image, diskBytes);
  if (await isGrownInPlace(device)) return;
  await disks.detachIdle(folder);
  try {
    await growCopy(folder, diskBytes);
  } finally {
    await disks.attach(folder, owners, diskBytes);
  }
}

/** Space behind the end of a file system means nothing to it, so a larger image is still the same disk. */
async function extend(image: string, diskBytes: number): Promise<void> {
  const file = await open(image, "r+");
  try {
    if ((await file.stat()).size < diskBytes) await file.truncate(diskBytes); // sparse
  } finally {
    await file.close();
  }
}

async function isGrownInPlace(device: string): Promise<boolean> {
  const seen = await runProgram("losetup", ["--set-capacity", device]);
  if (seen.exitCode !== 0) return false;
  const grown = await runProgram("resize2fs", [device], { timeoutMs: GROW_TIMEOUT_MS });
  return grown.exitCode === 0;
}

async function growCopy({ root, image }: RoomFolder, diskBytes: number): Promise<void> {
  const usedBytes = (await stat(image)).blocks * 512;
  const { bavail, bsize } = await statfs(root);
  if (usedBytes > MAX_COPY_BYTES || bavail * bsize < 2 * usedBytes)
    throw cannotGrow(`A copy of ${usedBytes} bytes is needed.`);
  const copy = `${image}.larger`;
  try {
    await mustRun("cp", ["--sparse=always", "--reflink=auto", image, copy]);
    await mustRun("e2fsck", ["-f", "-p", copy], [0, 1]); // 1: it had something to put in order, and has
    await extend(copy, diskBytes);
    await mustRun("resize2fs", [copy]);
    await rename(copy, image);
  } finally {
    await rm(copy, { force: true });
  }
}

async function mustRun(file: string, args: string[], good: readonly number[] = [0]): Promise<void> {
  const { exitCode, output } = await runProgram(file, args, { timeoutMs: GROW_TIMEOUT_MS });
  if (exitCode === null || !good.includes(exitCode)) throw cannotGrow(`${file}: ${output}`);
}

const cannotGrow = (why: string) =>
  new AppError("unavailable", "The room's disk can't be made larger.", { details: { why } });

/** The device that is mounted at this path; null when none is. */
async function deviceOf(path: string): Promise<string | null> {
  const escaped = path.replace(/[ \t\n\\]/g, (char) => `\\0${char.charCodeAt(0).toString(8)}`);
  const table = await readFile("/proc/self/mountinfo", "utf8");
  const line = table.split("\n").findLast((one) => one.split(" ")[4] === escaped);
  return line?.split(" - ")[1]?.split(" ")[1] ?? null;
}

/** Blocks times their size, from the superblock of an ext4 file system (Linux, Documentation/filesystems/ext4). */
async function fileSystemBytes(device: string): Promise<number> {
  const file = await open(device, "r");
  try {
    const { buffer } = await file.read(Buffer.alloc(1_024), 0, 1_024, SUPERBLOCK_OFFSET);
    const blocks = buffer.readUInt32LE(0x04) + buffer.readUInt32LE(0x150) * 2 ** 32;
    return blocks * 2 ** (10 + buffer.readUInt32LE(0x18));
  } finally {
    await file.close();
  }
}
