import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { EngineFrame } from "@/lib/protocol/engine";
import { LineCursor } from "./line-cursor";

/** An acknowledged spool smaller than this is left as it is: emptying it at every acknowledgement would cost more. */
const EMPTY_ABOVE_BYTES = 1_048_576;
const FRAME_HEAD = /^\{"epoch":\d+,"n":(\d+),/;

type NewFrame = Pick<EngineFrame, "chatId" | "turnId" | "type" | "data">;

/**
 * Numbered frames on disk until the control plane has them: one append-only file an epoch. A kill loses at most the
 * line that was being written. Frames of earlier epochs stay until they are acknowledged, under their own numbers.
 */
export class Spool {
  readonly #current: EpochFile;
  readonly #earlier = new Map<number, EpochFile>();
  readonly #listeners = new Set<() => void>();

  constructor(
    dir: string,
    readonly epoch: number,
  ) {
    mkdirSync(dir, { recursive: true });
    for (const name of readdirSync(dir).toSorted(
      (a, b) => Number.parseInt(a) - Number.parseInt(b),
    )) {
      const found = /^(\d+)\.ndjson$/.exec(name);
      if (!found || Number(found[1]) === epoch) continue;
      const file = new EpochFile(join(dir, name), Number(found[1]));
      if (file.isEmpty) file.remove();
      else this.#earlier.set(file.epoch, file);
    }
    this.#current = new EpochFile(join(dir, `${epoch}.ndjson`), epoch);
  }

  /** Is there a frame of this type and turn that nobody has acknowledged yet? */
  has(type: string, turnId: string): boolean {
    return [...this.#earlier.values(), this.#current].some((file) => file.has(type, turnId));
  }

  append(frame: NewFrame): EngineFrame {
    const numbered = this.#current.append(frame);
    for (const listener of this.#listeners) listener();
    return numbered;
  }

  /** Frames up to `n` of an epoch have been stored by the control plane. */
  acknowledge(n: number, epoch = this.epoch): void {
    const earlier = this.#earlier.get(epoch);
    if (earlier && n >= earlier.lastN) {
      this.#earlier.delete(epoch);
      earlier.remove();
    }
    if (epoch === this.epoch && n >= this.#current.lastN) this.#current.empty();
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Unacknowledged frames of earlier epochs, then those of this epoch after `after`; `null` when there is none yet. */
  read(after: number): { next(): string | null } {
    const files = [...this.#earlier.values()].map((file) => file.read(0));
    const readers = [...files, this.#current.read(after)];
    return {
      next: () => {
        for (;;) {
          const line = readers[0]?.() ?? null;
          if (line !== null || readers.length <= 1) return line;
          readers.shift();
        }
      },
    };
  }
}

class EpochFile {
  lastN = 0;
  #size = 0;
  #generation = 0;
  readonly #fd: number;

  constructor(
    readonly path: string,
    readonly epoch: number,
  ) {
    this.#fd = openSync(path, existsSync(path) ? "r+" : "w+");
    const cursor = new LineCursor(this.#fd);
    for (let line = cursor.next(); line !== null; line = cursor.next()) {
      this.lastN = lineNumber(line) ?? this.lastN;
      this.#size += Buffer.byteLength(line) + 1;
    }
    ftruncateSync(this.#fd, this.#size); // the line a kill has cut
  }

  get isEmpty(): boolean {
    return this.read(0)() === null;
  }

  has(type: string, turnId: string): boolean {
    const next = this.read(0);
    const [typed, of] = [`"type":${JSON.stringify(type)}`, `"turnId":${JSON.stringify(turnId)}`];
    for (let line = next(); line !== null; line = next()) {
      if (line.includes(typed) && line.includes(of)) return true;
    }
    return false;
  }

  append(frame: NewFrame): EngineFrame {
    const numbered: EngineFrame = {
      epoch: this.epoch,
      n: this.lastN + 1,
      ts: new Date().toISOString(),
      chatId: frame.chatId,
      turnId: frame.turnId,
      type: frame.type,
      data: frame.data,
    };
    this.#write(JSON.stringify(numbered));
    this.lastN = numbered.n;
    return numbered;
  }

  /** Forgets the frames and keeps the number: the next frame goes on counting, even after a restart. */
  empty(): void {
    if (this.#size < EMPTY_ABOVE_BYTES) return;
    ftruncateSync(this.#fd, 0);
    this.#size = 0;
    this.#generation += 1;
    this.#write(JSON.stringify({ base: this.lastN }));
  }

  read(after: number): () => string | null {
    const cursor = new LineCursor(this.#fd);
    let generation = this.#generation;
    return () => {
      if (generation !== this.#generation) {
        generation = this.#generation;
        cursor.reset();
      }
      for (;;) {
        const line = cursor.next();
        if (line === null) return null;
        const found = FRAME_HEAD.exec(line);
        if (found && Number(found[1]) > after) return line;
      }
    };
  }

  remove(): void {
    closeSync(this.#fd);
    rmSync(this.path, { force: true });
  }

  #write(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    let written = 0;
    while (written < bytes.length) {
      written += writeSync(this.#fd, bytes, written, bytes.length - written, this.#size + written);
    }
    this.#size += bytes.length;
  }
}

/** The number of a frame's line, or of the line that says where the numbers stood when the file was emptied. */
function lineNumber(line: string): number | null {
  const found = FRAME_HEAD.exec(line) ?? /^\{"base":(\d+)\}$/.exec(line);
  return found ? Number(found[1]) : null;
}
