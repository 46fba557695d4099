import type { ChildProcess } from "node:child_process";
import type { Duplex, Readable, Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { constants } from "node:os";
import { join, relative } from "node:path";
import type { RunEnd, RunEvent, RunImage, RunWord, StartRun } from "@/lib/protocol/runs";
import type { EngineSettings } from "../config";
import { killGroup, type AgentSide } from "../room/agent-side";
import { findNewImages } from "./find-new-images";
import { openPlugin } from "./plugin-files";
import { endTree } from "./process-tree";
import { commandLineOf } from "./run-command-line";
import { RUNS_FOLDER } from "./run-places";
import { RunnerWords } from "./runner-output";
import { SpilledOutput } from "./spilled-output";

/** Streamed and kept for who comes later; what is beyond it is in the file alone. */
const MAX_KEPT_BYTES = 4 * 1_048_576;
/** What a command left behind may hold its output open: after its exit, this long. */
const DRAIN_MS = 200;
const LAST_TEXT_MS = 2_000;
const CPU_TIME_EXIT = 128 + constants.signals.SIGXCPU;
const signalNames = new Map(Object.entries(constants.signals).map(([name, n]) => [n, name]));

type Ending = RunEnd["state"] | null;

/** One program of the workspace, on the agent's side, with all that it says, numbered. */
export class Run {
  readonly events: RunEvent[] = [];
  readonly startedAt = performance.now();
  readonly #sinceMs = Date.now() - 5;
  readonly #listeners = new Set<() => void>();
  readonly #spill: SpilledOutput;
  readonly #isRunner: boolean;
  #child: ChildProcess;
  #ending: Ending = null;
  #keptBytes = 0;
  #isTruncated = false;
  #timer: NodeJS.Timeout;

  constructor(
    private readonly settings: EngineSettings,
    side: AgentSide,
    readonly request: StartRun,
  ) {
    const { program, cwd, env, runId, timeoutMs } = request;
    const { command, args, isRunner } = commandLineOf(program, settings.workspaceDir);
    const plugin =
      program.kind === "plugin" && program.sha256 ? openPlugin(settings, program.sha256) : null;
    this.#isRunner = isRunner;
    this.#spill = new SpilledOutput(side, settings.workspaceDir, runId);
    this.#child = side.spawn(command, [...args, ...(isRunner ? [] : request.args)], {
      cwd,
      env: side.environment({ ...env, WORKROOM_RUN: runId }),
      stdio: [
        request.stdin === null ? "ignore" : "pipe",
        "pipe",
        "pipe",
        ...(isRunner ? (["pipe", "pipe", "pipe"] as const) : []),
        ...(plugin ? [plugin.fd] : []),
      ],
    });
    plugin?.close();
    this.#timer = setTimeout(() => this.end("timed_out"), timeoutMs);
  }

  get hasEnded(): boolean {
    return this.events.at(-1)?.word.type === "end";
  }

  /** Resolves once it runs. @throws Error when it can't be started */
  async start(): Promise<void> {
    const child = this.#child;
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", reject);
    }).catch((error: unknown) => {
      clearTimeout(this.#timer);
      throw error;
    });
    this.#say({ type: "start" });
    void this.#follow();
  }

  /** Ends it with all it has started. */
  end(how: Exclude<Ending, null>): void {
    if (this.hasEnded) return;
    this.#ending ??= how;
    this.#kill();
  }

  onWord(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #kill(): void {
    const { pid } = this.#child;
    if (pid !== undefined) endTree(pid);
    killGroup(this.#child);
  }

  #say(word: RunWord): void {
    this.events.push({ n: this.events.length + 1, word });
    for (const listener of this.#listeners) listener();
  }

  async #follow(): Promise<void> {
    const child = this.#child;
    const { stdin } = this.request;
    child.stdin?.on("error", () => undefined); // it reads no further
    child.stdin?.end(stdin ?? "");
    const texts = [this.#readText("stdout"), this.#readText("stderr")];
    const spoken = this.#isRunner ? this.#talkToRunner() : Promise.resolve();
    const exit = await this.#untilExit();
    clearTimeout(this.#timer);
    await within(DRAIN_MS, Promise.all(texts));
    child.stdout?.destroy();
    child.stderr?.destroy();
    await within(LAST_TEXT_MS, spoken);
    await this.#spill.end();
    if (this.#isRunner)
      for (const image of await findNewImages(this.settings.workspaceDir, this.#sinceMs))
        this.#say({ type: "image", image });
    this.#say({ type: "end", ...this.#stateOf(exit), ...exit, ...this.#outputEnd() });
  }

  #outputEnd() {
    return {
      durationMs: Math.round(performance.now() - this.startedAt),
      outputPath: this.#spill.isUsed ? this.#spill.path : null,
      isTruncated: this.#isTruncated || this.#spill.isCut,
    };
  }

  #stateOf({ exitCode }: { exitCode: number | null }): { state: RunEnd["state"] } {
    if (this.#ending !== null) return { state: this.#ending };
    if (this.request.program.kind === "plugin" && exitCode === CPU_TIME_EXIT)
      return { state: "timed_out" };
    return { state: exitCode === 0 ? "succeeded" : "failed" };
  }

  #readText(type: "stdout" | "stderr"): Promise<void> {
    const source = this.#child[type];
    const decoder = new StringDecoder("utf8");
    source?.on("data", (bytes: Buffer) => {
      if (!this.#spill.add(bytes)) {
        source.pause();
        this.#spill.whenReady(() => source.resume());
      }
      const space = MAX_KEPT_BYTES - this.#keptBytes;
      if (bytes.length > space) this.#isTruncated = true;
      this.#keptBytes += bytes.length;
      const text = decoder.write(bytes.subarray(0, Math.max(0, space)));
      if (text !== "") this.#say({ type, text });
    });
    return new Promise((resolve) => {
      source?.once("close", () => {
        const text = decoder.end();
        if (text !== "") this.#say({ type, text });
        resolve();
      });
    });
  }

  /** Gives a runner its request and takes what it shows. */
  #talkToRunner(): Promise<void> {
    const [, , , , input, output] = this.#child.stdio as (Duplex | undefined)[];
    const { program, args, cwd, env, runId } = this.request;
    const { workspaceDir } = this.settings;
    const figuresDir = join(workspaceDir, RUNS_FOLDER, runId);
    const request = { code: null, ...program, args, cwd, env, workspaceDir, figuresDir };
    (input as Writable).on("error", () => undefined);
    (input as Writable).end(JSON.stringify(request));
    const words = new RunnerWords((word) => {
      if (word.type === "trap") this.#ending ??= "trapped";
      else if (word.type === "out_of_memory") this.#ending ??= "out_of_memory";
      else if (word.type !== "image") this.#say(word as RunWord);
      else this.#say({ ...word, image: inWorkspace(word.image, workspaceDir) });
    });
    return words.read(output as Readable);
  }

  /** A runner's shell says how it ended and waits: nothing that the run has left outlives it. */
  #untilExit(): Promise<{ exitCode: number | null; signal: string | null }> {
    const child = this.#child;
    return new Promise((resolve) => {
      let reported: number | null = null;
      const report = this.#isRunner ? (child.stdio[3] as Duplex) : null;
      report?.on("error", () => undefined);
      report?.on("data", (bytes: Buffer) => {
        if (reported === null) reported = Number.parseInt(String(bytes), 10) || 0;
        this.#kill();
      });
      child.once("exit", (code, signal) => {
        const exitCode = reported ?? (this.#isRunner ? null : code);
        const named = exitCode !== null && exitCode > 128 ? signalNames.get(exitCode - 128) : null;
        resolve({ exitCode, signal: named ?? (reported === null ? signal : null) });
      });
    });
  }
}

const inWorkspace = (image: RunImage, workspaceDir: string): RunImage => ({
  ...image,
  path: relative(workspaceDir, image.path),
});

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
