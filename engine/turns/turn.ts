import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { StartTurn } from "@/lib/protocol/engine";
import type { EngineEventType, TurnEnded, TurnEndReason } from "@/lib/protocol/events";
import { capFrame } from "../events/cap-frame";
import { Coalescer } from "../events/coalescer";
import type { Spool } from "../events/spool";
import type { TurnJournal } from "./turn-journal";

/** All frames of one turn together. A model writes a few hundred KB in a long turn; beyond this something runs wild. */
const MAX_TURN_BYTES = 16 * 1_048_576;

const unseenTypes = new Set(["user_message_chunk", "available_commands_update"]);

type Tokens = { inputTokens: number | null; outputTokens: number | null };

/** What one turn tells the control plane: its frames in order, each tool call closed, one end. */
export class Turn {
  readonly #coalescer = new Coalescer((update) => this.#emit(update.sessionUpdate, update));
  #bytes = 0;
  #isEnded = false;
  /** The agent has said or done something in this turn. */
  hasUpdates = false;
  /** The turn has said more than it may; its owner stops the agent. */
  onFlood: (() => void) | null = null;

  constructor(
    readonly request: Pick<StartTurn, "turnId" | "chatId">,
    private readonly spool: Spool,
    private readonly journal: TurnJournal,
  ) {}

  get isEnded(): boolean {
    return this.#isEnded;
  }

  emit(type: EngineEventType, body: unknown): void {
    this.#coalescer.flush();
    this.#emit(type, body);
  }

  update(update: SessionUpdate): void {
    if (this.#isEnded || unseenTypes.has(update.sessionUpdate)) return;
    this.hasUpdates = true;
    if (update.sessionUpdate === "tool_call" || update.sessionUpdate === "tool_call_update") {
      const isOpen = update.status !== "completed" && update.status !== "failed";
      this.journal.setCall(this.request.turnId, update.toolCallId, isOpen);
    }
    this.#coalescer.push(update);
  }

  end(reason: TurnEndReason, message: string | null, tokens?: Tokens): void {
    if (this.#isEnded) return;
    this.#coalescer.flush();
    this.#isEnded = true;
    for (const toolCallId of this.journal.openCalls(this.request.turnId)) {
      this.#append("tool_call_update", {
        sessionUpdate: "tool_call_update",
        toolCallId,
        status: "failed",
      });
      this.journal.setCall(this.request.turnId, toolCallId, false);
    }
    const { inputTokens = null, outputTokens = null } = tokens ?? {};
    const ended: TurnEnded = { reason, message, inputTokens, outputTokens };
    // The frame before the journal: a kill between the two sends the end twice, never not at all.
    this.#append("engine/turn_ended", ended);
    this.journal.end(this.request.turnId);
  }

  #emit(type: string, body: unknown): void {
    if (this.#isEnded || this.#bytes > MAX_TURN_BYTES) return;
    this.#append(type, body);
    if (this.#bytes > MAX_TURN_BYTES) this.onFlood?.();
  }

  #append(type: string, body: unknown): void {
    const { chatId, turnId } = this.request;
    const capped = capFrame(body);
    this.#bytes += JSON.stringify(capped).length;
    this.spool.append({ chatId, turnId, type, data: capped });
  }
}
