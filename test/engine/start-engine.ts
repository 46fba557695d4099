import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeEngineClient } from "@/lib/adapters/engine-client/room-host-engine-client";
import type { EngineClient } from "@/lib/ports/engine-client";
import type { EngineConfig, EngineFrame, StartTurn } from "@/lib/protocol/engine";
// @ts-expect-error -- a build script in plain JavaScript
import { buildRuntime } from "../../scripts/bundles.mjs";

const START_TIMEOUT_MS = 15_000;
export const ROOM_ID = "wr_00000000000000000000";

/** A real engine in folders of its own, outside a sandbox. */
export class TestEngine {
  readonly dir = mkdtempSync(join(tmpdir(), "engine-"));
  readonly workspace = join(this.dir, "workspace");
  readonly home = join(this.dir, "home");
  readonly client: EngineClient;
  #child: ChildProcess | null = null;

  private constructor(
    private readonly runtimeDir: string,
    private readonly config: Partial<EngineConfig>,
    private readonly env: Record<string, string>,
  ) {
    for (const name of ["run", "state", "home", "workspace/input", "workspace/output"]) {
      mkdirSync(join(this.dir, name), { recursive: true });
    }
    this.client = makeEngineClient({ connect: () => this.connect() });
  }

  static async start(
    runtimeDir: string,
    config: Partial<EngineConfig> = {},
    env: Record<string, string> = {},
  ): Promise<TestEngine> {
    const engine = new TestEngine(runtimeDir, config, env);
    await engine.launch();
    return engine;
  }

  get socketPath(): string {
    return join(this.dir, "run/engine.sock");
  }
  get modelSocketPath(): string {
    return join(this.dir, "run/model.sock");
  }
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  async connect() {
    const socket = connect(this.socketPath);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return socket;
  }

  /** Starts the engine; after `kill` it is the same room again, with another epoch when one is given. */
  async launch(epoch = 1): Promise<void> {
    const config: EngineConfig = {
      roomId: ROOM_ID,
      epoch,
      isSandboxed: false,
      runDir: join(this.dir, "run"),
      stateDir: join(this.dir, "state"),
      workspaceDir: this.workspace,
      homeDir: this.home,
      toolsPort: 0,
      scriptedPaceMs: 0,
      ...this.config,
    };
    const configPath = join(this.dir, "run/config.json");
    writeFileSync(configPath, JSON.stringify(config));
    rmSync(this.socketPath, { force: true });
    const log = openSync(join(this.dir, "engine.log"), "a");
    this.#child = spawn(process.execPath, [join(this.runtimeDir, "engine.cjs"), configPath], {
      env: { PATH: process.env["PATH"], ...this.env } as unknown as NodeJS.ProcessEnv,
      // Not the test's own streams: an engine that a failing test forgets would hold them open for ever.
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    const until = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const health = await this.client.health(ROOM_ID).catch(() => null);
      if (health) return;
      if (Date.now() > until) throw new Error("The engine did not start.");
      await sleep(10);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  turn(text: string, more: Partial<StartTurn> = {}): StartTurn {
    return {
      turnId: `trn_${Math.random().toString(36).slice(2)}`,
      chatId: "ch_test",
      agent: "builtin",
      model: { kind: "scripted" },
      agentSessionId: null,
      history: [],
      cwd: this.workspace,
      text,
      attachments: [],
      timeoutMs: 60_000,
      ...more,
    };
  }

  /** Frames after `after`, up to and with the first that `isLast` accepts. */
  async frames(isLast: (frame: EngineFrame) => boolean, after = 0): Promise<EngineFrame[]> {
    const frames: EngineFrame[] = [];
    const done = new AbortController();
    for await (const { frame } of this.client.events(ROOM_ID, after, done.signal)) {
      frames.push(frame);
      if (isLast(frame)) done.abort();
    }
    return frames;
  }

  /** Acknowledges the first `count` frames that are there. */
  async acknowledge(count: number): Promise<void> {
    const done = new AbortController();
    let left = count;
    for await (const { frame, ack } of this.client.events(ROOM_ID, 0, done.signal)) {
      left -= 1;
      if (left === 0) {
        ack();
        // The answer to a request that follows says that the acknowledgement has arrived.
        await this.exec("true");
        done.abort();
      }
      if (left < 0) throw new Error(`frame ${frame.n} was not expected`);
    }
  }

  async exec(command: string, timeoutMs = 10_000) {
    let stdout = "";
    let stderr = "";
    const signal = new AbortController().signal;
    for await (const chunk of this.client.exec(ROOM_ID, { command, cwd: "/", timeoutMs }, signal)) {
      if (chunk.type === "stdout") stdout += chunk.text;
      if (chunk.type === "stderr") stderr += chunk.text;
      if (chunk.type === "exit") return { stdout, stderr, ...chunk };
    }
    throw new Error("The command has no exit.");
  }

  /** Runs a turn to its end. */
  async run(turn: StartTurn): Promise<EngineFrame[]> {
    await this.client.startTurn(ROOM_ID, turn);
    const frames = await this.frames(
      (frame) => frame.turnId === turn.turnId && frame.type === "engine/turn_ended",
    );
    return frames.filter((frame) => frame.turnId === turn.turnId);
  }
}

/** The bundles of engine and agent as they ship, built into a folder of the test's own. */
export async function buildTestRuntime(): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), "runtime-"));
  await (buildRuntime as (outDir: string) => Promise<void>)(dir);
  return dir;
}

/** The words of the employee in these frames. */
export const spokenText = (frames: readonly EngineFrame[]) =>
  frames
    .filter((frame) => frame.type === "agent_message_chunk")
    .map((frame) => (frame.data as { content: { text: string } }).content.text)
    .join("");
