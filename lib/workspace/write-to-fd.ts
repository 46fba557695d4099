import { write, writeSync } from "node:fs";
import { addAbortSignal, Readable } from "node:stream";
import { promisify } from "node:util";

const writeSome = promisify(write);

/**
 * Writes a body to an open file from its start, at the speed of the disk, and leaves it open. The body is destroyed
 * when this fails.
 *
 * @returns the number of bytes written
 */
export async function writeToFd(
  fd: number,
  body: Uint8Array | Readable,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<number> {
  if (!(body instanceof Readable)) return writeAtOnce(fd, body);
  if (options.signal) addAbortSignal(options.signal, body);
  let position = 0;
  for await (const part of body) {
    const chunk: Uint8Array = typeof part === "string" ? Buffer.from(part) : part;
    for (let done = 0; done < chunk.length;) {
      const { bytesWritten } = await writeSome(fd, chunk, done, chunk.length - done, position);
      done += bytesWritten;
      position += bytesWritten;
    }
  }
  return position;
}

/** What is in memory already is small: handing it to another thread would cost more than writing it. */
function writeAtOnce(fd: number, body: Uint8Array): number {
  let done = 0;
  while (done < body.length) done += writeSync(fd, body, done, body.length - done, done);
  return done;
}
