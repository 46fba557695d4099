import { setTimeout as sleep } from "node:timers/promises";
import { RequestError } from "@agentclientprotocol/sdk";
import type { StartTurn } from "@/lib/protocol/engine";
import type { TurnEndReason } from "@/lib/protocol/events";
import type { AcpAgent, PromptAnswer } from "../drivers/acp-agent";
import type { ChatAgents } from "../drivers/chat-agents";
import type { RunningTurn } from "./running-turn";
import type { Turn } from "./turn";

const EXIT_WAIT_MS = 500;
const STOPPED_UNEXPECTEDLY =
  "The employee stopped unexpectedly. What it had done is kept; send a message to go on.";

type TurnContext = {
  request: StartTurn;
  turn: Turn;
  running: RunningTurn;
  agents: ChatAgents;
  cancelGraceMs: number;
};

/** Runs one turn from its start to its end. Whatever happens, the turn has ended when this resolves. */
export async function runTurn(context: TurnContext): Promise<void> {
  const { request, turn, running, agents } = context;
  const watchdog = setTimeout(() => {
    const minutes = Math.max(1, Math.round(request.timeoutMs / 60_000));
    stopFor(running, "limit", `This turn took longer than ${minutes} minutes and was stopped.`);
  }, request.timeoutMs);
  turn.onFlood = () =>
    stopFor(running, "limit", "The employee wrote more than 16 MB in one turn and was stopped.", 0);
  try {
    await converseWithLiveAgent(context);
  } catch (error) {
    const { stopReason } = running;
    if (stopReason) turn.end(stopReason.reason, stopReason.message);
    else turn.end("failed", plainFailure(error), tokensOf(errorMeta(error)));
  } finally {
    clearTimeout(watchdog);
    running.stop = null;
    agents.release(request.chatId);
  }
}

/** An agent may die between two turns, unseen: then nothing of this one has begun, and another agent begins it. */
async function converseWithLiveAgent(context: TurnContext): Promise<void> {
  const { request, turn, running, agents } = context;
  const taken = await agents.take(request.chatId, request.cwd);
  try {
    await converse(context, taken.agent);
  } catch (error) {
    // One that broke off, or had to be stopped, is not trusted with the next turn.
    if (isPlainFailure(error)) throw error;
    // Its streams end a moment before its exit is seen.
    const hasDied = await Promise.race([
      taken.agent.closed.then(() => true),
      sleep(EXIT_WAIT_MS, false),
    ]);
    taken.agent.kill();
    if (!hasDied || taken.isNew || turn.hasUpdates || running.stopReason) throw error;
    const { agent } = await agents.take(request.chatId, request.cwd);
    await converse(context, agent);
  }
}

async function converse(context: TurnContext, agent: AcpAgent): Promise<void> {
  const { request, turn, running } = context;
  const isLost = agent.closed.then(() => {
    throw new Error(agent.stderr || "The agent has ended.");
  });
  isLost.catch(() => {}); // seen by the race below; after it nobody waits
  let killTimer: NodeJS.Timeout | null = null;
  running.stop = (graceMs = context.cancelGraceMs) => {
    void agent.cancel().catch(() => {});
    killTimer = setTimeout(() => agent.kill(), graceMs);
  };
  if (running.stopReason) running.stop();
  try {
    const meta = { workroom: { history: request.history } };
    const sessionId = await Promise.race([
      agent.openSession(request.agentSessionId ?? agent.sessionId, request.cwd, meta),
      isLost,
    ]);
    if (sessionId !== request.agentSessionId) {
      turn.emit("engine/agent_session", { agentSessionId: sessionId });
    }
    if (running.stopReason) throw new Error("Stopped before the employee began.");
    agent.onUpdate = (update) => turn.update(update);
    const { turnId, model, attachments } = request;
    const prompted = agent.prompt(request.text, { workroom: { turnId, model, attachments } });
    const answer = await Promise.race([prompted, isLost]);
    endWith(turn, running, answer);
  } finally {
    agent.onUpdate = null;
    if (killTimer) clearTimeout(killTimer);
  }
}

function stopFor(
  running: RunningTurn,
  reason: TurnEndReason,
  message: string,
  graceMs?: number,
): void {
  if (running.stopReason) return;
  running.stopReason = { reason, message };
  running.stop?.(graceMs);
}

function endWith(turn: Turn, running: RunningTurn, answer: PromptAnswer): void {
  const tokens = tokensOf(answer._meta?.["workroom"]);
  if (running.stopReason) {
    turn.end(running.stopReason.reason, running.stopReason.message, tokens);
    return;
  }
  const ends = {
    end_turn: ["done", null],
    cancelled: ["cancelled", null],
    max_tokens: ["limit", "The model reached the length limit of one answer."],
    max_turn_requests: ["limit", "The employee took the most steps one turn may have."],
    refusal: ["failed", "The model refused to answer this."],
  } as const;
  const [reason, message] = ends[answer.stopReason];
  turn.end(reason, message, tokens);
}

const errorMeta = (error: unknown) => (error instanceof RequestError ? error.data : undefined);

/** The agent's own words when it marks them as fit for people; else what happened, in ours. */
const plainFailure = (error: unknown) =>
  isPlainFailure(error) ? error.message.slice(0, 500) : STOPPED_UNEXPECTEDLY;

function isPlainFailure(error: unknown): error is Error {
  const meta = errorMeta(error);
  return typeof meta === "object" && meta !== null && "plain" in meta && meta.plain === true;
}

const countOrNull = (value: unknown) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;

function tokensOf(meta: unknown) {
  const { inputTokens, outputTokens } = (meta ?? {}) as Record<string, unknown>;
  return { inputTokens: countOrNull(inputTokens), outputTokens: countOrNull(outputTokens) };
}
