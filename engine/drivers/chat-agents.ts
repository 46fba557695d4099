import type { EngineSettings } from "../config";
import type { AgentSide } from "../room/agent-side";
import { AcpAgent } from "./acp-agent";

/** An agent without a turn for this long is ended; the next turn starts one and loads the session. */
const IDLE_END_MS = 5 * 60_000;

type Seat = { agent: AcpAgent; idle: NodeJS.Timeout | null };

/** The agents of the room's chats: started with a chat's first turn, kept for a while after each. */
export class ChatAgents {
  readonly #seats = new Map<string, Seat>();

  constructor(
    private readonly settings: EngineSettings,
    private readonly side: AgentSide,
    private readonly apiUrl: string,
  ) {}

  /** The agent of a chat, initialised. */
  async take(chatId: string, cwd: string): Promise<AcpAgent> {
    const seat = this.#seats.get(chatId);
    if (seat?.agent.isUsable) {
      if (seat.idle) clearTimeout(seat.idle);
      seat.idle = null;
      return seat.agent;
    }
    const agent = new AcpAgent(this.side, {
      command: this.settings.agentCommand,
      cwd,
      mark: `WORKROOM_CHAT=${chatId}`,
      env: {
        WORKROOM_CHAT: chatId,
        WORKROOM_API: this.apiUrl,
        WORKROOM_SCRIPTED_PACE_MS: String(this.settings.scriptedPaceMs),
      },
    });
    this.#seats.set(chatId, { agent, idle: null });
    void agent.closed.finally(() => {
      if (this.#seats.get(chatId)?.agent === agent) this.#seats.delete(chatId);
    });
    try {
      await agent.initialize();
    } catch (error) {
      agent.kill();
      throw error;
    }
    return agent;
  }

  /** The chat's turn has ended. */
  release(chatId: string): void {
    const seat = this.#seats.get(chatId);
    if (!seat || seat.idle) return;
    seat.idle = setTimeout(() => {
      seat.agent.end();
      this.#seats.delete(chatId);
    }, IDLE_END_MS);
    seat.idle.unref();
  }
}
