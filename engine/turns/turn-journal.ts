import {
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

const KEPT_TURNS = 2_000;

type Entry = { turnId: string; chatId: string; isEnded: boolean; openCalls: Set<string> };
type Line = { turnId: string; chatId?: string; call?: string; isOpen?: boolean; isEnded?: true };

/**
 * The turns this room has accepted, on disk before the acceptance is answered: a turn is started at most once, and one
 * that a kill has cut is found again at the next start.
 */
export class TurnJournal {
  readonly #turns = new Map<string, Entry>();
  readonly #fd: number;

  constructor(dir: string) {
    mkdirSync(dir, { recursive: true });
    const path = join(dir, "turns.ndjson");
    if (existsSync(path)) {
      for (const line of readFileSync(path, "utf8").split("\n")) this.#read(line);
    }
    const kept = [...this.#turns.values()].slice(-KEPT_TURNS);
    writeFileSync(`${path}.new`, kept.flatMap(linesOf).join(""));
    renameSync(`${path}.new`, path);
    this.#fd = openSync(path, "a");
  }

  has(turnId: string): boolean {
    return this.#turns.has(turnId);
  }

  /** Turns that were accepted and have not ended: after a start, those that a kill has cut. */
  unfinished(): Entry[] {
    return [...this.#turns.values()].filter((turn) => !turn.isEnded);
  }

  accept(turnId: string, chatId: string): void {
    this.#write({ turnId, chatId });
    fdatasyncSync(this.#fd);
  }

  setCall(turnId: string, call: string, isOpen: boolean): void {
    if (this.#turns.get(turnId)?.openCalls.has(call) !== isOpen)
      this.#write({ turnId, call, isOpen });
  }

  openCalls(turnId: string): string[] {
    return [...(this.#turns.get(turnId)?.openCalls ?? [])];
  }

  end(turnId: string): void {
    this.#write({ turnId, isEnded: true });
  }

  close(): void {
    closeSync(this.#fd);
  }

  #write(line: Line): void {
    writeSync(this.#fd, `${JSON.stringify(line)}\n`);
    this.#apply(line);
  }

  #read(line: string): void {
    try {
      this.#apply(JSON.parse(line) as Line);
    } catch {
      // The last line of a journal that a kill has cut.
    }
  }

  #apply(line: Line): void {
    const turn = this.#turns.get(line.turnId);
    if (!turn) {
      const { turnId, chatId } = line;
      if (chatId === undefined) return;
      this.#turns.set(turnId, { turnId, chatId, isEnded: false, openCalls: new Set() });
      return;
    }
    if (line.call !== undefined) {
      if (line.isOpen) turn.openCalls.add(line.call);
      else turn.openCalls.delete(line.call);
    }
    if (line.isEnded) turn.isEnded = true;
  }
}

function linesOf(turn: Entry): string[] {
  const { turnId, chatId, isEnded, openCalls } = turn;
  const lines: Line[] = [{ turnId, chatId }];
  for (const call of openCalls) lines.push({ turnId, call, isOpen: true });
  if (isEnded) lines.push({ turnId, isEnded: true });
  return lines.map((line) => `${JSON.stringify(line)}\n`);
}
