import type { ChildProcess } from "node:child_process";
import { Readable, Writable } from "node:stream";
import * as acp from "@agentclientprotocol/sdk";
import { z } from "zod";
import { killGroup, type AgentSide } from "../room/agent-side";
import { jsonLinesOnly } from "./json-lines-only";

const START_TIMEOUT_MS = 30_000;
const EXIT_DRAIN_MS = 100;
const KEPT_STDERR_CHARS = 4_000;

type Meta = Record<string, unknown>;

// The library checks what an agent asks, not what it answers.
const SessionMade = z.object({ sessionId: z.string().min(1).max(200) });
const PromptAnswer = z.object({
  stopReason: z.enum(["end_turn", "max_tokens", "max_turn_requests", "refusal", "cancelled"]),
  _meta: z.record(z.string(), z.unknown()).nullish(),
});
export type PromptAnswer = z.infer<typeof PromptAnswer>;

export type AgentLaunch = {
  command: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** Set in the environment of what the agent runs for a turn: what is left of it can be found and ended. */
  mark: string;
};

/** One ACP agent over stdio, for one chat. The engine is its client and offers it nothing but the session. */
export class AcpAgent {
  /** Takes the updates of the turn that runs; between turns, and while a session is replayed, nobody listens. */
  onUpdate: ((update: acp.SessionUpdate) => void) | null = null;
  sessionId: string | null = null;
  readonly closed: Promise<void>;
  isClosed = false;
  /** False once it is about to end: the next turn takes another one. */
  isUsable = true;
  #stderr = "";
  readonly #child: ChildProcess;
  readonly #connection: acp.ClientConnection;

  constructor(
    private readonly side: AgentSide,
    private readonly launch: AgentLaunch,
  ) {
    const [program = "", ...args] = launch.command;
    this.#child = side.spawn(program, args, {
      cwd: launch.cwd,
      env: side.environment(launch.env),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr } = this.#child;
    if (!stdin || !stdout || !stderr) throw new Error("The agent has no standard streams.");
    stdin.on("error", () => {}); // EPIPE of a dead agent: `closed` tells it
    stderr.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-KEPT_STDERR_CHARS);
    });
    const lines = stdout.pipe(jsonLinesOnly());
    lines.on("error", () => this.kill());
    this.#connection = this.#connect(
      acp.ndJsonStream(Writable.toWeb(stdin), Readable.toWeb(lines) as ReadableStream<Uint8Array>),
    );
    this.closed = new Promise((resolve) => {
      const close = () => {
        this.isUsable = false;
        this.isClosed = true;
        this.#connection.close();
        resolve();
      };
      this.#child.once("error", close);
      // Not the event "close": something the agent left behind may hold its output open. What it said last is read.
      this.#child.once("exit", () => {
        this.isUsable = false;
        setTimeout(close, EXIT_DRAIN_MS);
      });
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  #connect(stream: acp.Stream): acp.ClientConnection {
    return acp
      .client({ name: "workroom-engine" })
      .onRequest(acp.methods.client.session.requestPermission, () => ({
        outcome: { outcome: "cancelled" },
      }))
      .onNotification(acp.methods.client.session.update, ({ params }) => {
        if (params.sessionId === this.sessionId) this.onUpdate?.(params.update);
      })
      .connect(stream);
  }

  async initialize(): Promise<void> {
    await this.#request(acp.methods.agent.initialize, {
      protocolVersion: acp.PROTOCOL_VERSION,
      clientCapabilities: {},
      clientInfo: { name: "workroom-engine", version: "1" },
    });
  }

  /** Loads a session, or makes one. The agent may forget a session: then a new one starts with `meta`. */
  async openSession(sessionId: string | null, cwd: string, meta: Meta): Promise<string> {
    if (this.sessionId !== null && this.sessionId === sessionId) return sessionId;
    if (sessionId !== null && (await this.#loadSession(sessionId, cwd))) {
      this.sessionId = sessionId;
      return sessionId;
    }
    const made = await this.#request(acp.methods.agent.session.new, {
      cwd,
      mcpServers: [],
      _meta: meta,
    });
    const { sessionId: newId } = SessionMade.parse(made);
    this.sessionId = newId;
    return newId;
  }

  async #loadSession(sessionId: string, cwd: string): Promise<boolean> {
    try {
      await this.#request(acp.methods.agent.session.load, { sessionId, cwd, mcpServers: [] });
      return true;
    } catch (error) {
      if (this.isClosed) throw error;
      return false;
    }
  }

  async prompt(text: string, meta: Meta): Promise<PromptAnswer> {
    const answer = await this.#connection.agent.request(acp.methods.agent.session.prompt, {
      sessionId: this.sessionId ?? "",
      prompt: [{ type: "text", text }],
      _meta: meta,
    });
    return PromptAnswer.parse(answer);
  }

  async cancel(): Promise<void> {
    if (this.sessionId === null) return;
    await this.#connection.agent.notify(acp.methods.agent.session.cancel, {
      sessionId: this.sessionId,
    });
  }

  /** Ends the agent with all it has started for a turn; servers it left in the background live on. */
  kill(): void {
    this.isUsable = false;
    killGroup(this.#child);
    // Commands lead groups of their own; the mark in their environment finds them. Only their own user may read it.
    const sweep = `for e in /proc/[0-9]*/environ; do grep -qzFx -- "$0" "$e" 2>/dev/null || continue; p=\${e#/proc/}; kill -9 "\${p%/environ}" 2>/dev/null; done`;
    const swept = this.side.spawn("/bin/sh", ["-c", sweep, this.launch.mark], {
      cwd: "/",
      stdio: "ignore",
    });
    swept.on("error", () => {});
  }

  /** The agent stops by itself when its input ends. */
  end(): void {
    this.#child.stdin?.end();
  }

  #request<M extends acp.AgentRequestMethod>(
    method: M,
    params: acp.AgentRequestParamsByMethod[M],
  ): Promise<acp.AgentRequestResponsesByMethod[M]> {
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    return Promise.race([
      this.#connection.agent.request(method, params),
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("The agent does not answer.")));
      }),
    ]);
  }
}
