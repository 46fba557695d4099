import { setImmediate } from "node:timers/promises";

const MAX_WORK_MS = 10;

export type BreathingSpace = () => Promise<void>;

/** Asked now and then by a long computation: lets everything else of this process run when it was at it for long. */
export function makeBreathingSpace(): BreathingSpace {
  let since = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() - since < MAX_WORK_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
