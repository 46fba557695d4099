// Progress of the scripts: at most one line a step, with the time it took.
const isTerminal = process.stdout.isTTY === true;

/** Milliseconds in a form for people: "0.4 s", "1 min 12 s". */
export function formatElapsed(ms) {
  const seconds = ms / 1_000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** Runs one step and prints one line for it; on a terminal the line counts the seconds while it runs. */
export async function step(title, work) {
  const startedAt = performance.now();
  const elapsed = () => formatElapsed(performance.now() - startedAt);
  const draw = () => process.stdout.write(`\r  ${title} … ${elapsed()} `);
  const timer = isTerminal ? setInterval(draw, 200) : null;
  const clear = () => {
    if (timer) clearInterval(timer);
    if (isTerminal) process.stdout.write("\r\u001b[2K");
  };
  try {
    const outcome = await work();
    clear();
    const note = typeof outcome === "string" ? ` (${outcome})` : "";
    process.stdout.write(`  ${title}${note} · ${elapsed()}\n`);
    return outcome;
  } catch (error) {
    clear();
    process.stdout.write(`  ${title} failed · ${elapsed()}\n`);
    throw error;
  }
}

/** A failure that a person can act on: printed without a stack. */
export class PlainError extends Error {}

/** Runs the script's main function; an expected failure is one line on standard error and exit code 1. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    const text = error instanceof PlainError ? error.message : String(error?.stack ?? error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}
