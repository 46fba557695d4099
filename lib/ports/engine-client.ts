import type { Duplex } from "node:stream";
import type {
  EngineFrame,
  EngineHealth,
  ExecChunk,
  ExecRequest,
  StartTurn,
} from "@/lib/protocol/engine";
import type { RunEvent, StartRun } from "@/lib/protocol/runs";

/** The engine of one running room. Everything it answers has been parsed; a malformed answer throws `unavailable`. */
export interface EngineClient {
  health(roomId: string): Promise<EngineHealth>;
  /** Accepted at most once per turn id. @throws AppError `conflict` while another turn of the chat runs */
  startTurn(roomId: string, turn: StartTurn): Promise<void>;
  cancelTurn(roomId: string, turnId: string): Promise<void>;
  runningTurns(roomId: string): Promise<string[]>;
  /** Frames after `after` of the current epoch, then live; `ack(n)` lets the engine drop what it has spooled. */
  events(
    roomId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<{ frame: EngineFrame; ack: () => void }>;
  exec(roomId: string, request: ExecRequest, signal: AbortSignal): AsyncIterable<ExecChunk>;
  /**
   * Starts a run and gives what it says, to its `end`. Aborted, it ends when it is tied, and goes on when not.
   *
   * @throws AppError `not_found` when the module of a plugin is not in the room · `invalid_input` · `limit_exceeded`
   */
  startRun(roomId: string, run: StartRun, signal: AbortSignal): AsyncIterable<RunEvent>;
  /** What a run has said after number `after`, then live. @throws AppError `not_found` when the engine knows it no more */
  followRun(
    roomId: string,
    runId: string,
    after: number,
    signal: AbortSignal,
  ): AsyncIterable<RunEvent>;
  /** Ends a run with all it has started. @throws AppError `not_found` */
  cancelRun(roomId: string, runId: string): Promise<void>;
  /** Brings a module, so that runs of this room can name it by its hash. */
  putPlugin(roomId: string, sha256: string, bytes: Uint8Array): Promise<void>;
  /** Raw WebSocket bytes to the terminal: the caller splices them to the browser's socket. */
  terminal(
    roomId: string,
    terminalId: string,
    size: { cols: number; rows: number },
  ): Promise<TerminalStream>;
}

export interface TerminalStream {
  /** Bytes both ways. */
  readonly bytes: Duplex;
  resize(cols: number, rows: number): void;
  onExit(listener: (exitCode: number | null) => void): void;
  close(): void;
}
