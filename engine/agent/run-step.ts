import { isStepCount, streamText, type LanguageModel, type ModelMessage } from "ai";
import { IdleWatch } from "./models/idle-watch";
import type { ChatSession } from "./session/chat-session";
import { repairCutStep } from "./session/chat-session";
import { fitContext } from "./session/fit-context";
import { describeCall, kindOf, startTitle } from "./tools/describe-call";
import { makeTools } from "./tools";
import { textContent, type ToolContext, type ToolOutcome } from "./tools/tool-outcome";

const MODEL_RETRIES = 2;

export class ModelSilence extends Error {}

type StepContext = ToolContext & {
  readonly session: ChatSession;
  readonly model: LanguageModel;
  readonly instructions: string;
  readonly abortSignal: AbortSignal;
  readonly modelIdleMs: number;
};
export type StepOutcome = {
  finishReason: string;
  hasCalls: boolean;
  inputTokens: number;
  outputTokens: number;
};

/**
 * One answer of the model with the tools it calls. What came is in the session when this ends, also when it ends with an
 * error: the partial text, and a result for each call.
 */
export async function runStep(context: StepContext): Promise<StepOutcome> {
  const { session, abortSignal, send } = context;
  const seen = new SeenStep(session);
  const watch = new IdleWatch(context.modelIdleMs);
  const stream = streamText({
    model: context.model,
    instructions: context.instructions,
    messages: fitContext(session.messages),
    tools: makeTools(context),
    stopWhen: isStepCount(1),
    maxRetries: MODEL_RETRIES,
    abortSignal: AbortSignal.any([abortSignal, watch.signal]),
    onError: () => {}, // the stream below throws it
  });
  try {
    for await (const part of stream.fullStream) {
      watch.touch();
      if (part.type === "error") throw part.error;
      if (part.type === "abort") throw new ModelSilence();
      if (part.type === "text-delta") {
        seen.text += part.text;
        send({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: part.text } });
      } else if (part.type === "reasoning-delta") {
        send({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: part.text } });
      } else showToolPart(part, context, seen, watch);
    }
    session.add(await stream.responseMessages);
    const usage = await stream.usage;
    return {
      finishReason: await stream.finishReason,
      hasCalls: seen.callCount > 0,
      inputTokens: usage.inputTokens ?? 0,
      outputTokens: usage.outputTokens ?? 0,
    };
  } catch (error) {
    session.add(seen.messages());
    throw error;
  } finally {
    watch.stop();
  }
}

type ToolPart =
  | { type: "tool-input-start"; id: string; toolName: string }
  | { type: "tool-call"; toolCallId: string; toolName: string; input: unknown }
  | { type: "tool-result"; toolCallId: string; toolName: string; output: unknown }
  | { type: "tool-error"; toolCallId: string; toolName: string; error: unknown };

function showToolPart(
  part: { type: string },
  { send, cwd }: StepContext,
  seen: SeenStep,
  watch: IdleWatch,
): void {
  const toolPart = part as ToolPart;
  // The plan is shown as a plan, not as a step.
  const isShown = !("toolName" in toolPart) || toolPart.toolName !== "plan";
  switch (toolPart.type) {
    case "tool-input-start": {
      const { id, toolName } = toolPart;
      seen.announced.add(id);
      if (!isShown) return;
      send({
        sessionUpdate: "tool_call",
        toolCallId: id,
        title: startTitle(toolName),
        kind: kindOf(toolName),
        status: "pending",
      });
      return;
    }
    case "tool-call": {
      const { toolCallId, toolName, input } = toolPart;
      seen.callStarted(toolCallId, toolName, input);
      watch.toolStarted(toolCallId);
      if (!isShown) return;
      const view = {
        toolCallId,
        status: "in_progress" as const,
        ...describeCall(toolName, input, cwd),
      };
      const sessionUpdate = seen.announced.has(toolCallId) ? "tool_call_update" : "tool_call";
      send({ sessionUpdate, ...view });
      return;
    }
    case "tool-result": {
      const outcome = toolPart.output as ToolOutcome;
      seen.callEnded(toolPart.toolCallId, outcome.text);
      watch.toolEnded(toolPart.toolCallId);
      if (!isShown) return;
      send({
        sessionUpdate: "tool_call_update",
        toolCallId: toolPart.toolCallId,
        status: outcome.isFailed ? "failed" : "completed",
        ...(outcome.title ? { title: outcome.title } : {}),
        ...(outcome.content ? { content: outcome.content } : {}),
      });
      return;
    }
    case "tool-error": {
      const text =
        toolPart.error instanceof Error ? toolPart.error.message : String(toolPart.error);
      seen.callEnded(toolPart.toolCallId, text);
      watch.toolEnded(toolPart.toolCallId);
      if (!isShown) return;
      send({
        sessionUpdate: "tool_call_update",
        toolCallId: toolPart.toolCallId,
        status: "failed",
        content: textContent(text),
      });
    }
  }
}

type Seen = Parameters<typeof repairCutStep>[0][number];

/** What a step has shown so far: enough to keep it when its end never comes. */
class SeenStep {
  text = "";
  callCount = 0;
  readonly announced = new Set<string>();
  readonly #lines: Seen[] = [];

  constructor(private readonly session: ChatSession) {}

  callStarted(toolCallId: string, toolName: string, input: unknown): void {
    this.callCount += 1;
    this.#lines.push({ type: "call", toolCallId, toolName, input });
    this.session.noteCall(toolCallId, toolName, input);
  }

  callEnded(toolCallId: string, text: string): void {
    this.#lines.push({ type: "result", toolCallId, text });
    this.session.noteResult(toolCallId, text);
  }

  messages(): ModelMessage[] {
    const [assistant, answered] = repairCutStep(this.#lines);
    const text = this.text === "" ? [] : [{ type: "text" as const, text: this.text }];
    if (assistant?.role !== "assistant" || typeof assistant.content === "string" || !answered) {
      return text.length > 0 ? [{ role: "assistant", content: text }] : [];
    }
    return [{ ...assistant, content: [...text, ...assistant.content] }, answered];
  }
}
