import { z } from "zod";

/**
 * The control protocol of the engine: HTTP and WebSocket over the unix socket `/run/engine/engine.sock`, which only the
 * host can reach. The control plane treats every byte of it as untrusted: it parses with these schemas and caps sizes.
 *
 *   GET  /health                      → EngineHealth
 *   POST /turns            StartTurn  → 202 (accepted, or accepted before) · 409 while another turn of the chat runs
 *   POST /turns/:id/cancel            → 202; the turn ends with `engine/turn_ended`
 *   GET  /turns                       → {turnIds}: the turns that run now
 *   WS   /events?after=N              → EngineFrame, one a text message; the client answers {ack: n, epoch}. Frames of
 *                                       earlier epochs that nobody acknowledged come first, with their own (epoch, n).
 *   POST /exec             ExecRequest → 200, NDJSON of ExecChunk; closing the request stops the command
 *   POST /runs             StartRun    → 200, NDJSON of RunEvent; 409 when the module of a plugin is not in the room
 *   GET  /runs/:id?after=N             → 200, NDJSON of RunEvent after that one, then live; 404 when it is forgotten
 *   POST /runs/:id/cancel              → 202; the run ends with all it has started
 *   PUT  /plugins/:sha256  bytes       → 201; a module that runs can name by its hash
 *   WS   /terminals/:id?cols=&rows=   → binary: bytes of the terminal; text: TerminalControl. Creates or re-attaches
 *                                       (scrollback is replayed first). The shell lives on when the socket closes.
 *   GET  /ports                       → {ports: ListeningPort[]}, servers of the agent's side
 *   GET  /connect/:port  Upgrade: tcp → 101, then the bytes of 127.0.0.1:port in the room
 *   POST /probe                       → {probes: WallProbe[]}, run on the agent's side
 *
 * On 127.0.0.1:3737 in the room the engine serves the tools-only API (capability token): the model gateway under
 * /model/… and nothing that changes policy or shows another chat.
 */
/** One frame of the event socket may have at most this many bytes; larger bodies are cut by the engine. */
export const MAX_FRAME_BYTES = 1_048_576;

/**
 * `/run/engine/config.json`, written by the host before the engine starts. The host writes `roomId` and `epoch`; the
 * rest moves the engine to other places when it runs outside a sandbox, in tests. Defaults: engine/config.ts.
 */
export const EngineConfig = z.object({
  roomId: z.string(),
  epoch: z.number().int(),
  /** This machine's own addresses, which the wall probes must not reach. */
  hostAddresses: z.array(z.string()).optional(),
  /** The host name below which previews are seen; `localhost` when none is given. */
  previewHost: z.string().optional(),
  /** `false` outside a sandbox, in tests: children keep the engine's user. */
  isSandboxed: z.boolean().optional(),
  runDir: z.string().optional(), // holds engine.sock and model.sock
  stateDir: z.string().optional(), // spool and journal
  workspaceDir: z.string().optional(),
  homeDir: z.string().optional(),
  toolsPort: z.number().int().optional(), // 0: any free port
  /** Another ACP agent than the built-in one: program and arguments. */
  agentCommand: z.array(z.string()).min(1).optional(),
  /** Milliseconds between the words of the demo employee. */
  scriptedPaceMs: z.number().optional(),
  /** How long a model may say nothing before its turn fails. */
  modelIdleMs: z.number().int().optional(),
  /** How long an agent may take to stop by itself before it is killed. */
  cancelGraceMs: z.number().int().optional(),
});
export type EngineConfig = z.infer<typeof EngineConfig>;

export const EngineHealth = z.object({
  version: z.string().max(50),
  epoch: z.number().int(),
  startedAt: z.iso.datetime(),
});
export type EngineHealth = z.infer<typeof EngineHealth>;

export const modelProviders = ["anthropic", "openai", "google", "openai-compatible"] as const;
export const ModelProvider = z.enum(modelProviders);
export type ModelProvider = z.infer<typeof ModelProvider>;

/** What plays the employee: a model behind the gateway, or the recorded turns of the demo employee. */
export const TurnModel = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("model"),
    provider: ModelProvider,
    modelId: z.string().min(1).max(200),
    /** Opens the model gateway for this turn only; it is no key of any provider. */
    token: z.string().min(1).max(200),
  }),
  z.object({ kind: z.literal("scripted") }),
]);
export type TurnModel = z.infer<typeof TurnModel>;

export const StartTurn = z.object({
  turnId: z.string(),
  chatId: z.string(),
  agent: z.literal("builtin"),
  model: TurnModel,
  /** The agent's own session of this chat, to load; `null` starts a new one. */
  agentSessionId: z.string().max(200).nullable(),
  /** Earlier messages of the chat, oldest first: used only when the session can't be loaded. */
  history: z.array(z.object({ role: z.enum(["user", "assistant"]), text: z.string() })).max(200),
  cwd: z.string(), // absolute in the room, below /workspace
  text: z.string().max(200_000),
  /** Files that came with the message, absolute in the room. */
  attachments: z.array(z.string()).max(100),
  timeoutMs: z.number().int().positive(),
});
export type StartTurn = z.infer<typeof StartTurn>;

/** One numbered frame: `n` counts from 1 in an `epoch` (a life of the sandbox); spooled until acknowledged. */
export const EngineFrame = z.object({
  epoch: z.number().int(),
  n: z.number().int().positive(),
  ts: z.iso.datetime(),
  chatId: z.string(),
  turnId: z.string().nullable(),
  type: z.string().max(100), // ACP `sessionUpdate` or engine/*
  data: z.unknown(),
});
export type EngineFrame = z.infer<typeof EngineFrame>;

/** `epoch` says whose `n` is meant; without it, the current one. */
export const EngineAck = z.object({
  ack: z.number().int().nonnegative(),
  epoch: z.number().int().optional(),
});
export type EngineAck = z.infer<typeof EngineAck>;

export const ExecRequest = z.object({
  command: z.string().min(1).max(100_000), // run by bash -c
  cwd: z.string().default("/workspace"),
  timeoutMs: z.number().int().min(1).max(3_600_000).default(60_000),
});
export type ExecRequest = z.input<typeof ExecRequest>;

export const ExecChunk = z.discriminatedUnion("type", [
  z.object({ type: z.literal("stdout"), text: z.string() }),
  z.object({ type: z.literal("stderr"), text: z.string() }),
  z.object({
    type: z.literal("exit"),
    exitCode: z.number().int().nullable(),
    signal: z.string().nullable(),
    isTimedOut: z.boolean(),
  }),
]);
export type ExecChunk = z.infer<typeof ExecChunk>;

export const TerminalControl = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("resize"),
    cols: z.number().int().min(2).max(500),
    rows: z.number().int().min(2).max(300),
  }),
  z.object({ type: z.literal("exit"), exitCode: z.number().int().nullable() }),
]);
export type TerminalControl = z.infer<typeof TerminalControl>;

export const ListeningPort = z.object({
  port: z.number().int().min(1).max(65_535),
  program: z.string().max(200),
});
export type ListeningPort = z.infer<typeof ListeningPort>;

export const wallOutcomes = ["held", "open", "unknown"] as const;
/** One probe of the boundary, run in this very room. `held`: the attack failed, as it must. */
export const WallProbe = z.object({
  id: z.string().max(100),
  title: z.string().max(200), // "Reach the host's own network address"
  outcome: z.enum(wallOutcomes),
  detail: z.string().max(1_000), // "connect 127.0.0.1:5432: refused"
});
export type WallProbe = z.infer<typeof WallProbe>;
