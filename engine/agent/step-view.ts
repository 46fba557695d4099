import type { ModelMessage, TextStreamPart, ToolSet } from "ai";
import type { IdleWatch } from "./models/idle-watch";
import { repairCutStep, type ChatSession } from "./session/chat-session";
import { describeCall, kindOf, startTitle } from "./tools/describe-call";
import { textContent, type ToolContext, type ToolOutcome } from "./tools/tool-outcome";

type Part = TextStreamPart<ToolSet>;
type CallPart = Extract<Part, { type: "tool-call" }>;
type Line = Parameters<typeof repairCutStep>[0][number];

/** The plan is shown as a plan, not as a step. */
const isShown = (toolName: string) => toolName !== "plan";

/** Tells the client what a step does, and remembers it: enough to keep the step when its end never comes. */
export class StepView {
  callCount = 0;
  #text = "";
  readonly #announced = new Set<string>();
  readonly #lines: Line[] = [];

  constructor(
    private readonly context: ToolContext & { session: ChatSession },
    private readonly watch: IdleWatch,
  ) {}

  show(part: Part): void {
    switch (part.type) {
      case "text-delta":
        this.#text += part.text;
        return this.#chunk("agent_message_chunk", part.text);
      case "reasoning-delta":
        return this.#chunk("agent_thought_chunk", part.text);
      case "tool-input-start":
        return this.#announce(part.id, part.toolName);
      case "tool-call":
        return this.#callStarted(part);
      case "tool-result":
        return this.#callEnded(part, part.output as ToolOutcome);
      case "tool-error": {
        const { error } = part;
        const text = error instanceof Error ? error.message : String(error);
        return this.#callEnded(part, { text, content: textContent(text), isFailed: true });
      }
      default:
    }
  }

  /** What was said and done, as messages: every call has a result. */
  messages(): ModelMessage[] {
    const [assistant, answered] = repairCutStep(this.#lines);
    const text = this.#text === "" ? [] : [{ type: "text" as const, text: this.#text }];
    if (assistant?.role !== "assistant" || typeof assistant.content === "string" || !answered) {
      return text.length > 0 ? [{ role: "assistant", content: text }] : [];
    }
    return [{ ...assistant, content: [...text, ...assistant.content] }, answered];
  }

  #chunk(sessionUpdate: "agent_message_chunk" | "agent_thought_chunk", text: string): void {
    this.context.send({ sessionUpdate, content: { type: "text", text } });
  }

  /** The model has begun to write a call: a large file takes a while. */
  #announce(toolCallId: string, toolName: string): void {
    this.#announced.add(toolCallId);
    if (!isShown(toolName)) return;
    this.context.send({
      sessionUpdate: "tool_call",
      toolCallId,
      title: startTitle(toolName),
      kind: kindOf(toolName),
      status: "pending",
    });
  }

  #callStarted({ toolCallId, toolName, input }: CallPart): void {
    this.callCount += 1;
    this.#lines.push({ type: "call", toolCallId, toolName, input });
    this.context.session.noteCall(toolCallId, toolName, input);
    this.watch.toolStarted(toolCallId);
    if (!isShown(toolName)) return;
    this.context.send({
      sessionUpdate: this.#announced.has(toolCallId) ? "tool_call_update" : "tool_call",
      toolCallId,
      status: "in_progress",
      ...describeCall(toolName, input, this.context.cwd),
    });
  }

  #callEnded(call: { toolCallId: string; toolName: string }, outcome: ToolOutcome): void {
    const { toolCallId } = call;
    this.#lines.push({ type: "result", toolCallId, text: outcome.text });
    this.context.session.noteResult(toolCallId, outcome.text);
    this.watch.toolEnded(toolCallId);
    if (!isShown(call.toolName)) return;
    this.context.send({
      sessionUpdate: "tool_call_update",
      toolCallId,
      status: outcome.isFailed ? "failed" : "completed",
      ...(outcome.title ? { title: outcome.title } : {}),
      ...(outcome.content ? { content: outcome.content } : {}),
    });
  }
}
