import { writeSync } from "node:fs";
import { isCode } from "./errno";
import { REPLY_HEADER_BYTES, resendNotice } from "./fuse-wire";
import type { FuseRequest } from "./output-fs";

/** Requests that a dead server may have taken in and not answered lie this close before the next one. */
const LOOK_BACK = 4_096n;
const ID_STEP = 2n;
const EIO = -5;

/**
 * Goes on where a server died. The kernel sends again what it had taken; one that can't (before 6.9) would let the
 * callers hang: the result, called with the first new request, ends every earlier one with EIO.
 */
export function takeOver(fd: number): ((request: FuseRequest) => void) | null {
  try {
    writeSync(fd, resendNotice());
    return null;
  } catch (error) {
    if (!isCode(error, "EINVAL")) throw error;
    return (request) => failEarlier(fd, request.bytes.readBigUInt64LE(8));
  }
}

/** An answer to a number that nobody waits for is refused by the kernel and does no harm. */
function failEarlier(fd: number, nextId: bigint): void {
  const reply = Buffer.alloc(REPLY_HEADER_BYTES);
  reply.writeUInt32LE(REPLY_HEADER_BYTES, 0);
  reply.writeInt32LE(EIO, 4);
  for (let back = 1n; back <= LOOK_BACK && nextId > back * ID_STEP; back += 1n) {
    reply.writeBigUInt64LE(nextId - back * ID_STEP, 8);
    try {
      writeSync(fd, reply);
    } catch (error) {
      if (!isCode(error, "ENOENT")) throw error;
    }
  }
}
