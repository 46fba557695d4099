const SAME_REQUEST_MS = 1_000;

/**
 * Resolves at the first request to stop (Ctrl-C, SIGTERM, the terminal closed); a second one, later, calls `now`. One
 * Ctrl-C can arrive twice, from the terminal and from the script that started us.
 */
export function stopRequest(now: () => void): Promise<void> {
  let firstAt: number | null = null;
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.on(signal, () => {
        if (firstAt === null) {
          firstAt = Date.now();
          resolve();
        } else if (Date.now() - firstAt > SAME_REQUEST_MS) now();
      });
  });
}
