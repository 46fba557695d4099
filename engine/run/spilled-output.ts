import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { RUNS_FOLDER } from "./run-places";
import type { AgentSide } from "../room/agent-side";

/** Outputs above this go to a file as a whole; below, an answer holds them. */
const SPILL_AFTER_BYTES = 400_000;
const MAX_FILE_BYTES = 64 * 1_048_576;
/** Folders of runs that are kept in a workspace. */
const KEPT_RUNS = 50;

const SCRIPT = `mkdir -p "$1/$2" && cd "$1" && ls -1t | tail -n +${KEPT_RUNS + 1} | xargs -r -d '\\n' rm -rf -- && exec cat > "$2/output.txt"`;

/**
 * The whole of a long output, in a file of the workspace. The agent's side writes it: where a path leads is its own
 * affair, and its own quota.
 */
export class SpilledOutput {
  readonly path: string;
  isCut = false;
  #kept: Buffer[] | null = [];
  #bytes = 0;
  #writer: ChildProcess | null = null;

  constructor(
    private readonly side: AgentSide,
    private readonly workspaceDir: string,
    private readonly runId: string,
  ) {
    this.path = `${RUNS_FOLDER}/${runId}/output.txt`;
  }

  get isUsed(): boolean {
    return this.#writer !== null;
  }

  /** False: the caller waits for `whenReady` before it brings more. */
  add(bytes: Buffer): boolean {
    const fitting = bytes.subarray(0, Math.max(0, MAX_FILE_BYTES - this.#bytes));
    if (fitting.length < bytes.length) this.isCut = true;
    this.#bytes += fitting.length;
    if (this.#kept === null) return this.#write(fitting);
    this.#kept.push(fitting);
    if (this.#bytes <= SPILL_AFTER_BYTES) return true;
    const all = Buffer.concat(this.#kept);
    this.#kept = null;
    this.#open();
    return this.#write(all);
  }

  whenReady(then: () => void): void {
    const input = this.#writer?.stdin;
    if (!input || input.destroyed) then();
    else {
      const ready = () => {
        input.off("drain", ready).off("close", ready);
        then();
      };
      input.once("drain", ready).once("close", ready);
    }
  }

  /** Resolves when the file is written. */
  async end(): Promise<void> {
    this.#kept = null;
    const writer = this.#writer;
    if (!writer || writer.exitCode !== null || writer.signalCode !== null) return;
    writer.stdin?.end();
    await new Promise((resolve) => writer.once("close", resolve));
  }

  #open(): void {
    const folder = join(this.workspaceDir, RUNS_FOLDER);
    const writer = this.side.spawn("/bin/sh", ["-c", SCRIPT, "sh", folder, this.runId], {
      cwd: this.workspaceDir,
      stdio: ["pipe", "ignore", "ignore"],
    });
    const fail = () => {
      this.isCut = true;
    };
    writer.stdin?.on("error", fail); // a full disk, a quota: the output is cut there
    writer.on("error", fail);
    writer.on("exit", (code) => code !== 0 && fail());
    this.#writer = writer;
  }

  #write(bytes: Buffer): boolean {
    const input = this.#writer?.stdin;
    return !input || input.destroyed || bytes.length === 0 ? true : input.write(bytes);
  }
}
