import { setImmediate } from "node:timers/promises";

const SLICE_MS = 8;

/**
 * Lets other work of this process run. Long walks of a tree use quick synchronous calls, and await this between them:
 * it gives way only when the last time was more than a few milliseconds ago.
 */
export function createBreather(signal?: AbortSignal): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < SLICE_MS) return;
    signal?.throwIfAborted();
    await setImmediate();
    since = performance.now();
  };
}
