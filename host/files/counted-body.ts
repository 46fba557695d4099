import { Readable } from "node:stream";
import type { Reservation } from "../quota/output-quotas";

/** Asked for at a time, for a stream that is longer than was said. */
const STEP_BYTES = 1_048_576;

/** Passes a stream on, no further than what is reserved of it; the reservation grows with the stream. */
export function counted(body: Readable, reservedBytes: number, held: Reservation): Readable {
  async function* pass(): AsyncGenerator<Buffer> {
    let left = reservedBytes;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      left -= chunk.length;
      if (left < 0) {
        left += await extend(held, -left);
      }
      yield chunk;
    }
  }
  return Readable.from(pass(), { objectMode: false });
}

/** @returns how much more is reserved: near the limit just what is needed */
async function extend(held: Reservation, neededBytes: number): Promise<number> {
  const more = Math.max(STEP_BYTES, neededBytes);
  try {
    await held.extend(more);
    return more;
  } catch {
    await held.extend(neededBytes);
    return neededBytes;
  }
}
