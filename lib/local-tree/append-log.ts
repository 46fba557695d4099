const MAX_KEPT = 10_000;

/**
 * Remembers the outcome of each append that has a key, for as long as this process lives: sent again, also while the
 * first one runs, it is answered and not done twice. One that failed may be tried again.
 */
export function createAppendLog() {
  const outcomes = new Map<string, Promise<unknown>>();
  return {
    async once<T>(roomId: string, input: object, run: () => Promise<T>): Promise<T> {
      if (!("idempotencyKey" in input) || typeof input.idempotencyKey !== "string") return run();
      const key = `${roomId} ${input.idempotencyKey}`;
      const known = outcomes.get(key) as Promise<T> | undefined;
      if (known) return known;
      const outcome = run();
      outcomes.set(key, outcome);
      outcome.catch(() => outcomes.delete(key));
      for (const oldest of outcomes.keys()) {
        if (outcomes.size <= MAX_KEPT) break;
        outcomes.delete(oldest);
      }
      return outcome;
    },
  };
}
