import type { StartTurn } from "@/lib/protocol/engine";
import type { EngineSettings } from "../config";
import type { ChatAgents } from "../drivers/chat-agents";
import type { Spool } from "../events/spool";
import type { AgentSide } from "../room/agent-side";
import { Turn } from "./turn";
import type { TurnJournal } from "./turn-journal";
import type { RunningTurn } from "./running-turn";

/** The chats of the room: one turn at a time each, accepted at most once. */
export class Turns {
  readonly #running = new Map<string, RunningTurn>(); // by chat
  readonly #tokens = new Map<string, string>(); // turn → token of the model gateway
  #agents: Promise<ChatAgents> | null = null;

  constructor(
    private readonly settings: EngineSettings,
    private readonly side: AgentSide,
    private readonly spool: Spool,
    private readonly journal: TurnJournal,
    private readonly apiUrl: () => string,
  ) {}

  /** Turns that a kill of the engine has cut: their open tool calls are closed, and each is told to have ended. */
  closeInterrupted(): void {
    for (const { turnId, chatId } of this.journal.unfinished()) {
      const turn = new Turn({ turnId, chatId }, this.spool, this.journal);
      if (this.spool.has("engine/turn_ended", turnId)) this.journal.end(turnId);
      else turn.end("interrupted", "The room stopped in the middle of this turn.");
    }
  }

  start(request: StartTurn): "accepted" | "conflict" {
    if (this.journal.has(request.turnId)) return "accepted";
    if (this.#running.has(request.chatId)) return "conflict";
    this.journal.accept(request.turnId, request.chatId);
    const turn = new Turn(request, this.spool, this.journal);
    const isScripted = request.model.kind === "scripted";
    turn.emit("engine/turn_started", { agent: request.agent, isScripted });
    if (request.model.kind === "model") this.#tokens.set(request.turnId, request.model.token);
    const running: RunningTurn = { turnId: request.turnId, stop: null, stopReason: null };
    this.#running.set(request.chatId, running);
    void this.#run(request, turn, running).finally(() => {
      this.#running.delete(request.chatId);
      this.#tokens.delete(request.turnId);
    });
    return "accepted";
  }

  /** Idempotent: a turn that has ended stays as it is. */
  cancel(turnId: string): void {
    for (const running of this.#running.values()) {
      if (running.turnId !== turnId || running.stopReason) continue;
      running.stopReason = { reason: "cancelled", message: null };
      running.stop?.();
    }
  }

  runningTurnIds(): string[] {
    return [...this.#running.values()].map(({ turnId }) => turnId);
  }

  /** Is this the token of a turn that runs now? */
  isLiveToken(token: string): boolean {
    return [...this.#tokens.values()].includes(token);
  }

  async #run(request: StartTurn, turn: Turn, running: RunningTurn): Promise<void> {
    try {
      // The protocol library is loaded with the first turn: an idle room does without it.
      const { runTurn } = await import("./run-turn");
      await runTurn({
        request,
        turn,
        running,
        agents: await this.#loadAgents(),
        cancelGraceMs: this.settings.cancelGraceMs,
      });
    } catch {
      turn.end("failed", "Something went wrong in the room. Send your message again to go on.");
    }
  }

  #loadAgents() {
    this.#agents ??= import("../drivers/chat-agents").then(
      ({ ChatAgents }) => new ChatAgents(this.settings, this.side, this.apiUrl()),
    );
    return this.#agents;
  }
}
