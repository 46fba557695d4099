import { write } from "node:fs";
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
  options: { signal?: AbortSignal | undefined; onChunk?: (chunk: Uint8Array) => void } = {},
): Promise<number> {
  const source = body instanceof Readable ? body : Readable.from([body]);
  if (options.signal) addAbortSignal(options.signal, source);
  let position = 0;
  for await (const part of source) {
    const chunk: Uint8Array = typeof part === "string" ? Buffer.from(part) : part;
    options.onChunk?.(chunk);
    for (let done = 0; done < chunk.length;) {
      const { bytesWritten } = await writeSome(fd, chunk, done, chunk.length - done, position);
      done += bytesWritten;
      position += bytesWritten;
    }
  }
  return position;
}
