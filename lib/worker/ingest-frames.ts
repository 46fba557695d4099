import { setImmediate } from "node:timers/promises";
import type { Context } from "@/lib/domain/context";
import { appendFrames } from "@/lib/domain/turn/append-frames";
import type { EngineFrame } from "@/lib/protocol/engine";

const MAX_BATCH = 500;
const MAX_WAITING = 5_000;

type Item = { frame: EngineFrame; ack: () => void };

/**
 * Takes a room's frames into the log until the stream ends: whatever is in hand goes into one transaction, and while
 * that commits the next ones gather. Durable first: the engine's spool is acknowledged, and the pages are told, only
 * after the commit.
 */
export async function ingestFrames(
  ctx: Context,
  workroomId: string,
  after: number,
  signal: AbortSignal,
): Promise<void> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const waiting: Item[] = [];
  const state: { isOver: boolean; failure: unknown } = { isOver: false, failure: null };
  let wake = Promise.withResolvers<void>();
  let drained = Promise.withResolvers<void>();

  const read = async () => {
    for await (const item of ctx.engine.events(workroomId, after, both)) {
      waiting.push(item);
      wake.resolve();
      if (waiting.length >= MAX_WAITING) {
        drained = Promise.withResolvers<void>();
        await drained.promise;
      }
    }
  };
  const reading = read()
    .catch((error: unknown) => (state.failure = error))
    .finally(() => {
      state.isOver = true;
      wake.resolve();
    });
  try {
    while (!state.isOver || waiting.length > 0) {
      if (waiting.length === 0) {
        await wake.promise;
        wake = Promise.withResolvers<void>();
        // What came in the same breath goes into the same commit: alone, the first would make the others wait for it.
        await setImmediate();
        continue;
      }
      const batch = takeBatch(waiting);
      drained.resolve();
      if (!(await commit(ctx, workroomId, batch))) return;
    }
  } finally {
    stop.abort();
    drained.resolve();
    await reading;
  }
  if (state.failure !== null && !signal.aborted) throw state.failure;
}

/** The first frames that wait, all of one epoch: those of an earlier life come before. */
function takeBatch(waiting: Item[]): Item[] {
  const epoch = waiting[0]?.frame.epoch;
  const end = waiting.findIndex((item) => item.frame.epoch !== epoch);
  return waiting.splice(0, Math.min(end < 0 ? waiting.length : end, MAX_BATCH));
}

async function commit(ctx: Context, workroomId: string, batch: Item[]): Promise<boolean> {
  const [first] = batch;
  if (!first) return true;
  const frames = batch.map((item) => item.frame);
  const isKnown = await appendFrames(ctx, workroomId, first.frame.epoch, frames);
  if (isKnown) batch.at(-1)?.ack();
  return isKnown;
}
