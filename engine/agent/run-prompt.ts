import type { SessionUpdate } from "@agentclientprotocol/sdk";
import type { LanguageModel } from "ai";
import { ModelSilence, runStep } from "./run-step";
import { plainModelError } from "./models/plain-model-error";
import type { ChatSession } from "./session/chat-session";
import { systemPrompt } from "./system-prompt";

const MAX_STEPS = 200;

type PromptContext = {
  session: ChatSession;
  model: LanguageModel;
  turnId: string;
  text: string;
  attachments: readonly string[];
  cwd: string;
  workspace: string;
  modelIdleMs: number;
  abortSignal: AbortSignal;
  send: (update: SessionUpdate) => void;
};
export type PromptEnd = {
  stopReason: "end_turn" | "cancelled" | "max_tokens" | "max_turn_requests" | "refusal";
  inputTokens: number;
  outputTokens: number;
};

/** A turn that failed for a reason a person can understand. */
export class PlainFailure extends Error {
  constructor(
    message: string,
    readonly usage: { inputTokens: number; outputTokens: number },
  ) {
    super(message);
  }
}

/**
 * One turn: the model answers and calls tools until it has no more to call.
 *
 * @throws PlainFailure when the model fails; what was said and done until then is in the session
 */
export async function runPrompt(context: PromptContext): Promise<PromptEnd> {
  const { session, abortSignal, modelIdleMs } = context;
  session.addPrompt(context.turnId, userText(context.text, context.attachments));
  const usage = { inputTokens: 0, outputTokens: 0 };
  const instructions = systemPrompt(context.cwd, context.workspace);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    try {
      const outcome = await runStep({ ...context, instructions });
      usage.inputTokens += outcome.inputTokens;
      usage.outputTokens += outcome.outputTokens;
      if (abortSignal.aborted) return { stopReason: "cancelled", ...usage };
      if (outcome.finishReason === "length") return { stopReason: "max_tokens", ...usage };
      if (outcome.finishReason === "content-filter") return { stopReason: "refusal", ...usage };
      if (!outcome.hasCalls) return { stopReason: "end_turn", ...usage };
    } catch (error) {
      if (abortSignal.aborted) return { stopReason: "cancelled", ...usage };
      if (error instanceof ModelSilence) {
        const seconds = Math.round(modelIdleMs / 1_000);
        throw new PlainFailure(
          `The model did not answer for ${seconds} seconds. Try again.`,
          usage,
        );
      }
      throw new PlainFailure(plainModelError(error), usage);
    }
  }
  return { stopReason: "max_turn_requests", ...usage };
}

/** The message as the model sees it. The demo employee reads the list of files in this form, too. */
function userText(text: string, attachments: readonly string[]): string {
  if (attachments.length === 0) return text;
  return `${text}\n\nAttached files:\n${attachments.map((path) => `- ${path}`).join("\n")}`;
}
