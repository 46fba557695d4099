import { isStepCount, streamText, type LanguageModel } from "ai";
import { IdleWatch } from "./models/idle-watch";
import type { ChatSession } from "./session/chat-session";
import { fitContext } from "./session/fit-context";
import { StepView } from "./step-view";
import { makeTools } from "./tools";
import type { ToolContext } from "./tools/tool-outcome";

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
  const { session, abortSignal } = context;
  const watch = new IdleWatch(context.modelIdleMs);
  const view = new StepView(context, watch);
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
      view.show(part);
    }
    session.add(await stream.responseMessages);
    const usage = await stream.usage;
    return {
      finishReason: await stream.finishReason,
      hasCalls: view.callCount > 0,
      inputTokens: usage.inputTokens ?? 0,
      outputTokens: usage.outputTokens ?? 0,
    };
  } catch (error) {
    session.add(view.messages());
    throw error;
  } finally {
    watch.stop();
  }
}
