import { createHash } from "node:crypto";
import { read, type BigIntStats } from "node:fs";
import { promisify } from "node:util";

const readSome = promisify(read);
const CHUNK_BYTES = 262_144;

/** SHA-256 of an open file, or of its first `limit` bytes, read in small pieces. */
export async function hashFd(
  fd: number,
  limit = Number.POSITIVE_INFINITY,
): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let size = 0;
  while (size < limit) {
    const { bytesRead } = await readSome(fd, chunk, 0, Math.min(chunk.length, limit - size), size);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    size += bytesRead;
  }
  return { sha256: hash.digest("hex"), size };
}

/** Changes whenever a file's content may have: the kernel sets the change time, a room can't. */
export const statKey = (stat: BigIntStats) =>
  `${stat.ino}-${stat.size}-${stat.mtimeNs}-${stat.ctimeNs}`;

export const contentHash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** The first `size` bytes of an open file; fewer when it has shrunk. */
export async function readWhole(fd: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let done = 0;
  while (done < size) {
    const { bytesRead } = await readSome(fd, bytes, done, size - done, done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
