import { randomUUID } from "node:crypto";
import type { EngineSettings } from "../config";
import type { AgentSide } from "../room/agent-side";
import { AcpAgent } from "./acp-agent";

/** An agent without a turn for this long is ended; the next turn starts one and loads the session. */
const IDLE_END_MS = 5 * 60_000;

/** In the environment of an agent and of what it runs, but for servers it leaves in the background. */
const MARK = "WORKROOM_AGENT_RUN";

type Seat = { agent: AcpAgent; idle: NodeJS.Timeout | null };

/** The agents of the room's chats: started with a chat's first turn, kept for a while after each. */
export class ChatAgents {
  readonly #seats = new Map<string, Seat>();

  constructor(
    private readonly settings: EngineSettings,
    private readonly side: AgentSide,
    private readonly apiUrl: string,
  ) {}

  /** The agent of a chat, initialised: the one of its last turn when it still runs. */
  async take(chatId: string, cwd: string): Promise<{ agent: AcpAgent; isNew: boolean }> {
    const seat = this.#seats.get(chatId);
    if (seat?.idle) clearTimeout(seat.idle);
    if (seat?.agent.isUsable) {
      seat.idle = null;
      return { agent: seat.agent, isNew: false };
    }
    // Unique, so that ending what is left of one agent never meets the next one of the same chat.
    const mark = randomUUID();
    const agent = new AcpAgent(this.side, {
      command: this.settings.agentCommand,
      cwd,
      mark: `${MARK}=${mark}`,
      env: {
        [MARK]: mark,
        WORKROOM_API: this.apiUrl,
        WORKROOM_SCRIPTED_PACE_MS: String(this.settings.scriptedPaceMs),
        WORKROOM_MODEL_IDLE_MS: String(this.settings.modelIdleMs),
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
    return { agent, isNew: true };
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
