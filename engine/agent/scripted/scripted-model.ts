import { randomUUID } from "node:crypto";
import { ReadableStream } from "node:stream/web";
import { setTimeout as sleep } from "node:timers/promises";
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
  LanguageModelV4Usage,
} from "@ai-sdk/provider";
import { ChatSoFar } from "./chat-so-far";
import { nextStep, type PlayedStep } from "./next-step";

/** A program streams in pieces of this size, so that the page shows it grow. */
const INPUT_PIECE_CHARS = 2_000;
const usage: LanguageModelV4Usage = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

/** The demo employee: no AI. It plays recorded turns through the same loop, tools and room as any model. */
export class ScriptedModel implements LanguageModelV4 {
  readonly specificationVersion = "v4";
  readonly provider = "workroom";
  readonly modelId = "demo";
  readonly supportedUrls = {};

  constructor(
    /** Milliseconds between two words. */
    private readonly paceMs: number,
    private readonly workspace: string,
  ) {}

  doGenerate(): PromiseLike<LanguageModelV4GenerateResult> {
    return Promise.reject(new Error("The demo employee only streams."));
  }

  doStream(options: LanguageModelV4CallOptions): PromiseLike<LanguageModelV4StreamResult> {
    const step = nextStep(new ChatSoFar(options.prompt), this.workspace);
    const parts = this.#play(step, options.abortSignal);
    // Node's streams have `from`; the types of the browser, which the library names, have not.
    const stream = ReadableStream.from(parts) as LanguageModelV4StreamResult["stream"];
    return Promise.resolve({ stream });
  }

  async *#play(
    { say, call }: PlayedStep,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<LanguageModelV4StreamPart> {
    yield { type: "stream-start", warnings: [] };
    if (say !== "") {
      const id = "text";
      yield { type: "text-start", id };
      for (const delta of say.match(/\S+\s*/g) ?? []) {
        yield { type: "text-delta", id, delta };
        if (this.paceMs > 0) await sleep(this.paceMs, undefined, signal ? { signal } : {});
      }
      yield { type: "text-end", id };
    }
    if (call) {
      const id = `call_${randomUUID()}`;
      const input = JSON.stringify(call.input);
      yield { type: "tool-input-start", id, toolName: call.toolName };
      for (let at = 0; at < input.length; at += INPUT_PIECE_CHARS) {
        yield { type: "tool-input-delta", id, delta: input.slice(at, at + INPUT_PIECE_CHARS) };
      }
      yield { type: "tool-input-end", id };
      yield { type: "tool-call", toolCallId: id, toolName: call.toolName, input };
    }
    const unified = call ? "tool-calls" : "stop";
    yield { type: "finish", usage, finishReason: { unified, raw: undefined } };
  }
}
