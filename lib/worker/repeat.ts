/** Runs `work` now and again every `everyMs` after it has ended, until stopped; a failure is reported, not thrown. */
export function repeat(
  everyMs: number,
  work: () => Promise<void>,
  onFailure: (error: unknown) => void,
): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const once = async () => {
    await work().catch(onFailure);
    if (!isStopped) timer = setTimeout(next, everyMs);
  };
  const next = () => {
    running = once();
  };
  next();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
