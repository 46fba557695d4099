import type { ModelMessage } from "ai";
import { SessionLog, type SessionLine } from "./session-log";

type ToolMessage = Extract<ModelMessage, { role: "tool" }>;
type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;
type CallLine = Extract<SessionLine, { type: "call" }>;
type ResultLine = Extract<SessionLine, { type: "result" }>;

const CUT_RESULT =
  "This step was cut off before it gave a result. Check what it has done before you repeat it.";

/** The messages of one chat as the model sees them; every change is on disk before it counts. */
export class ChatSession {
  readonly messages: ModelMessage[] = [];
  /** The turn whose prompt is the last message; `null` once it was answered. */
  #unanswered: string | null = null;

  private constructor(
    readonly id: string,
    private readonly log: SessionLog,
  ) {}

  static create(id: string, dir: string, history: readonly ModelMessage[]): ChatSession {
    const session = new ChatSession(id, SessionLog.create(dir, id));
    if (history.length > 0) session.add(history);
    return session;
  }

  /** `null` when there is no session of this id. A step that a kill has cut is kept as far as it came. */
  static load(id: string, dir: string): ChatSession | null {
    const opened = SessionLog.open(dir, id);
    if (!opened) return null;
    const session = new ChatSession(id, opened.log);
    let cut: Array<CallLine | ResultLine> = [];
    for (const line of opened.lines) {
      if (line.type !== "messages") {
        cut.push(line);
        continue;
      }
      // Messages of a step hold its calls; those written while it ran are then no longer needed.
      if (line.messages[0]?.role !== "assistant") session.messages.push(...repairCutStep(cut));
      cut = [];
      session.messages.push(...line.messages);
      session.#unanswered = line.turnId ?? null;
    }
    session.messages.push(...repairCutStep(cut));
    return session;
  }

  add(messages: readonly ModelMessage[]): void {
    if (messages.length === 0) return;
    this.log.append({ type: "messages", messages: [...messages] });
    this.messages.push(...messages);
    this.#unanswered = null;
  }

  /** What a person says, once a turn: an agent that died before it began is given the same prompt again. */
  addPrompt(turnId: string, content: string): void {
    if (this.#unanswered === turnId) return;
    const messages: ModelMessage[] = [{ role: "user", content }];
    this.log.append({ type: "messages", messages, turnId });
    this.messages.push(...messages);
    this.#unanswered = turnId;
  }

  noteCall(toolCallId: string, toolName: string, input: unknown): void {
    this.log.append({ type: "call", toolCallId, toolName, input });
  }

  noteResult(toolCallId: string, text: string): void {
    this.log.append({ type: "result", toolCallId, text });
  }
}

/** Calls and results of a step that never ended, as the two messages a model expects: every call has a result. */
export function repairCutStep(lines: ReadonlyArray<CallLine | ResultLine>): ModelMessage[] {
  const calls = lines.filter((line) => line.type === "call");
  if (calls.length === 0) return [];
  const results = new Map(
    lines.flatMap((line) =>
      line.type === "result" ? [[line.toolCallId, line.text] as const] : [],
    ),
  );
  const assistant: AssistantMessage = {
    role: "assistant",
    content: calls.map(({ toolCallId, toolName, input }) => ({
      type: "tool-call",
      toolCallId,
      toolName,
      input,
    })),
  };
  const answered: ToolMessage = {
    role: "tool",
    content: calls.map(({ toolCallId, toolName }) => ({
      type: "tool-result",
      toolCallId,
      toolName,
      output: { type: "text", value: results.get(toolCallId) ?? CUT_RESULT },
    })),
  };
  return [assistant, answered];
}
