import { randomUUID } from "node:crypto";
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import type { Readable } from "node:stream";
import { at, errnoOf } from "@/lib/workspace/dir-fd";
import { PART_PREFIX } from "@/lib/workspace/normal-path";
import { writeToFd } from "@/lib/workspace/write-to-fd";

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
/** Files being written have such names; listings and snapshots leave them out. */
export const isPart = (name: string) => name.startsWith(PART_PREFIX);

/** Fills the new file; answers its size. */
type Filler = (fd: number) => Promise<number>;

type Options = {
  mode: number;
  /** False: fails with EEXIST when something has this name, whoever made it meanwhile. */
  overwrites: boolean;
  /** Called on the open file before it gets its name: ownership, times. */
  finish: (fd: number) => void;
  /** True: on the disk for good when this resolves. What the store has a copy of does without: syncing is slow. */
  isDurable: boolean;
  signal?: AbortSignal | undefined;
};

/**
 * Writes a whole file under a name, atomically: others see the old content or the new one, and nothing is left behind
 * when the body breaks.
 */
export async function replaceFile(
  dirFd: number,
  name: string,
  body: Uint8Array | Readable | Filler,
  options: Options,
): Promise<{ size: number }> {
  const temp = at(dirFd, PART_PREFIX + randomUUID());
  const fd = openSync(temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  let hasName = false;
  try {
    const size =
      typeof body === "function"
        ? await body(fd)
        : await writeToFd(fd, body, { signal: options.signal });
    options.finish(fd);
    fchmodSync(fd, options.mode);
    if (options.isDurable) fsyncSync(fd);
    if (options.overwrites) {
      renameSync(temp, at(dirFd, name));
      hasName = true;
    } else {
      linkSync(temp, at(dirFd, name));
    }
    return { size };
  } finally {
    closeSync(fd);
    if (!hasName) unlinkIfThere(temp);
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
