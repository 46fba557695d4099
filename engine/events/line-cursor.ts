import { readSync } from "node:fs";

const CHUNK_BYTES = 65_536;

/** Reads whole lines of an open file that grows, from the start; a line without its newline is not there yet. */
export class LineCursor {
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);

  constructor(readonly fd: number) {}

  /** The file was emptied: start again. */
  reset(): void {
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }

  next(): string | null {
    for (;;) {
      const end = this.#rest.indexOf(10);
      if (end >= 0) {
        const line = this.#rest.toString("utf8", 0, end);
        this.#rest = this.#rest.subarray(end + 1);
        return line;
      }
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const count = readSync(this.fd, chunk, 0, CHUNK_BYTES, this.#offset);
      if (count === 0) return null;
      this.#offset += count;
      this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, count)]);
    }
  }
}
