import { appendFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { errnoOf } from "@/lib/workspace/dir-fd";
import { HostEvent } from "@/lib/protocol/host";

/** More than this many unread events: the oldest are dropped. */
const MAX_KEPT = 20_000;
const COMPACT_AFTER = 1_000;

type Cursor = { hostId: string; n: number };

/**
 * The events of this host, in order. Model usage is also in a file until a reader has acknowledged it, so that neither
 * a restart of the web nor one of the host loses what was spent; the rest is worth nothing after a restart of the host.
 */
export function createEventLog(file: string, hostId: string) {
  let kept: HostEvent[] = readKept(file);
  let n = 0;
  let staleLines = 0;
  let wake = createSignal();

  const indexAfter = (cursor: Cursor) =>
    kept.findLastIndex((event) => event.hostId === cursor.hostId && event.n <= cursor.n) + 1;

  return {
    append(event: HostEvent["event"]): void {
      n += 1;
      const entry = { hostId, n, event };
      kept.push(entry);
      if (kept.length > MAX_KEPT) kept.shift();
      if (event.type === "model_usage") appendFileSync(file, line(entry), { mode: 0o600 });
      wake.resolve();
      wake = createSignal();
    },

    async *read(cursor: Cursor, signal: AbortSignal): AsyncGenerator<HostEvent> {
      const stopped = new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      let last = cursor;
      while (!signal.aborted) {
        const changed = wake.promise;
        for (const event of kept.slice(indexAfter(last))) {
          yield event;
          last = { hostId: event.hostId, n: event.n };
        }
        await Promise.race([changed, stopped]);
      }
    },

    /** A reader has taken in everything up to here. */
    ack(cursor: Cursor): void {
      const index = indexAfter(cursor);
      staleLines += kept
        .slice(0, index)
        .filter((event) => event.event.type === "model_usage").length;
      kept = kept.slice(index);
      if (staleLines < COMPACT_AFTER && kept.length > 0) return;
      staleLines = 0;
      const usage = kept.filter((event) => event.event.type === "model_usage");
      writeFileSync(`${file}.next`, usage.map(line).join(""), { mode: 0o600 });
      renameSync(`${file}.next`, file);
    },
  };
}
export type EventLog = ReturnType<typeof createEventLog>;

function createSignal(): { promise: Promise<void>; resolve: () => void } {
  const signal = { promise: Promise.resolve(), resolve: () => undefined as void };
  signal.promise = new Promise((resolve) => Object.assign(signal, { resolve }));
  return signal;
}

const line = (event: HostEvent) => `${JSON.stringify(event)}\n`;

/** A line that was cut off by a crash counts for nothing. */
function readKept(file: string): HostEvent[] {
  try {
    return readFileSync(file, "utf8").split("\n").flatMap(parseLine).slice(-MAX_KEPT);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
}

function parseLine(text: string): HostEvent[] {
  try {
    const parsed = HostEvent.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}
