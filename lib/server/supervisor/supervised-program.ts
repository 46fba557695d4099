import { type ChildProcess, spawn } from "node:child_process";
import type { LogFile } from "./log-file";
import { PlainFailure } from "./plain-failure";

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
const STABLE_AFTER_MS = 60_000;
const POLL_MS = 50;

type Program = {
  name: string;
  command: readonly [string, ...string[]];
  env: Record<string, string>;
  cwd: string;
  log: LogFile;
  /** Whether it answers; asked again and again until it does or `startTimeoutMs` is over. */
  isReady: () => Promise<boolean>;
  startTimeoutMs: number;
  show: (line: string) => void;
};

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * A child process that is started again when it ends, each time a little later, until `stop`. It dies with us even
 * when we are killed: the kernel sends it SIGKILL (`setpriv --pdeathsig`).
 */
export class SupervisedProgram {
  private child: ChildProcess | null = null;
  private isStopping = false;
  private delayMs = FIRST_DELAY_MS;
  private timer: NodeJS.Timeout | undefined;
  private launchedAt = 0;

  constructor(private readonly program: Program) {}

  get pid(): number | null {
    return this.child?.pid ?? null;
  }

  /** @throws PlainFailure when the first start fails; later ends are repaired in the background */
  async start(): Promise<void> {
    const { name, log, isReady, startTimeoutMs } = this.program;
    const child = this.launch();
    const deadline = Date.now() + startTimeoutMs;
    while (!(await isReady())) {
      if (this.isStopping) return;
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        const why = Date.now() > deadline ? "did not answer in time" : "ended at once";
        throw new PlainFailure(`${name} ${why}. The end of ${log.path}:\n${lastLines(log.tail())}`);
      }
      await pause(POLL_MS);
    }
    child.once("exit", (code, signal) => this.restartLater(code, signal));
    if (child.exitCode !== null || child.signalCode !== null)
      this.restartLater(child.exitCode, child.signalCode);
  }

  private launch(): ChildProcess {
    const { command, env, cwd, log } = this.program;
    const args = ["--pdeathsig", "KILL", "--", ...command];
    // A session of its own: Ctrl-C in the terminal reaches the supervisor only, which ends things in order.
    const child = spawn("setpriv", args, {
      env: { NODE_ENV: "production", ...env },
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (chunk: string) => log.write(chunk));
    child.once("error", (error) => log.write(`${error.message}\n`));
    this.child = child;
    this.launchedAt = Date.now();
    return child;
  }

  private restartLater(code: number | null, signal: string | null): void {
    this.child = null;
    if (this.isStopping) return;
    const { name, show } = this.program;
    const delay = this.delayMs;
    clearTimeout(this.timer);
    this.delayMs = Math.min(delay * 2, MAX_DELAY_MS);
    show(`${name} ended (${signal ?? `code ${code}`}); it starts again in ${delay / 1_000} s.`);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const startedAt = Date.now();
      this.launch().once("exit", (nextCode, nextSignal) => {
        if (Date.now() - startedAt > STABLE_AFTER_MS) this.delayMs = FIRST_DELAY_MS;
        this.restartLater(nextCode, nextSignal);
      });
    }, delay);
  }

  /**
   * Asks it to end, and ends it after `graceMs`. One that has just died is started once more for that: only it can put
   * in order what it left behind (rooms that run, disks that are attached).
   */
  async stop(graceMs: number): Promise<void> {
    this.isStopping = true;
    const isDown = this.timer !== undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    const child = isDown ? this.launch() : this.child;
    if (!child?.pid || hasEnded(child)) return;
    await this.untilReady(child, graceMs);
    if (hasEnded(child)) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await ended;
    clearTimeout(kill);
  }

  /** A program that has just been launched does not listen to signals yet, and would end with its work undone. */
  private async untilReady(child: ChildProcess, limitMs: number): Promise<void> {
    const deadline = this.launchedAt + limitMs;
    while (!hasEnded(child) && Date.now() < deadline && !(await this.program.isReady()))
      await pause(POLL_MS);
  }

  /** Ends it now. */
  kill(): void {
    this.isStopping = true;
    clearTimeout(this.timer);
    this.child?.kill("SIGKILL");
  }
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

const lastLines = (text: string) =>
  text
    .trimEnd()
    .split("\n")
    .slice(-8)
    .map((line) => `  ${line}`)
    .join("\n");
