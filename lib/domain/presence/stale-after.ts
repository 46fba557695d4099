/** A live socket beats every 15 seconds; one that has not for so long is gone, whatever became of its process. */
export const STALE_AFTER_MS = 60_000;
