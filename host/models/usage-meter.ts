import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import type { Tokens } from "./cost-of";

/** A line or a whole answer longer than this is not looked into. */
const MAX_TEXT = 8 * 1_048_576;
const BYTES_PER_TOKEN = 4;

const count = z.number().int().nonnegative().catch(0);
const Usage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_creation_input_tokens: count,
  cache_read_input_tokens: count,
  prompt_tokens: count,
  completion_tokens: count,
});
const GoogleUsage = z.object({
  promptTokenCount: count,
  candidatesTokenCount: count,
  thoughtsTokenCount: count,
});
const wrapped = z
  .object({ usage: Usage.optional().catch(undefined) })
  .optional()
  .catch(undefined);
/** Every place where a provider says what was used; each number only grows during an answer. */
const Answer = z.object({
  usage: Usage.optional().catch(undefined), // Anthropic deltas and whole answers, OpenAI
  message: wrapped, // Anthropic `message_start`
  response: wrapped, // OpenAI `response.completed`
  usageMetadata: GoogleUsage.optional().catch(undefined),
});

/**
 * Reads the tokens of a call out of its answer while it streams by: server-sent events, or one JSON text. An answer
 * that was cut off before it said so is estimated, so that breaking off early is not free.
 */
export function createUsageMeter(requestBytes: number, isEventStream: boolean) {
  const decoder = new StringDecoder("utf8");
  const seen: Tokens = { input: 0, output: 0, cacheWrite: 0 };
  let waiting: string[] = [];
  let waitingLength = 0;
  let answerBytes = 0;
  let eventCount = 0;

  const take = (json: string) => {
    const values = parseJson(json);
    for (const value of Array.isArray(values) ? values : [values]) {
      const answer = Answer.safeParse(value);
      if (answer.success) raise(seen, answer.data);
    }
  };
  const takeLine = (line: string) => {
    if (!line.startsWith("data:")) return;
    eventCount += 1;
    take(line.slice("data:".length));
  };
  /** Only what is new is searched for line ends, so a long line costs no more than a short one. */
  const takeText = (text: string) => {
    const [first = "", ...rest] = isEventStream ? text.split("\n") : [text];
    keep(first);
    for (const line of rest) {
      takeLine(waiting.join(""));
      waiting = [];
      waitingLength = 0;
      keep(line);
    }
  };
  const keep = (text: string) => {
    waitingLength += text.length;
    if (waitingLength <= MAX_TEXT) waiting.push(text);
    else waiting = [];
  };

  return {
    push(chunk: Buffer): void {
      answerBytes += chunk.length;
      takeText(decoder.write(chunk));
    },
    end(isWhole: boolean): Tokens {
      if (isEventStream) takeText("\n");
      else take(waiting.join(""));
      if (isWhole && seen.input + seen.output > 0) return seen;
      const produced = isEventStream ? eventCount : Math.ceil(answerBytes / BYTES_PER_TOKEN);
      return {
        input: seen.input || Math.ceil(requestBytes / BYTES_PER_TOKEN),
        output: Math.max(seen.output, produced),
        cacheWrite: seen.cacheWrite,
      };
    },
  };
}

function raise(seen: Tokens, answer: z.infer<typeof Answer>): void {
  const { usage, message, response, usageMetadata: google } = answer;
  for (const one of [usage, message?.usage, response?.usage]) {
    if (!one) continue;
    const cached = one.cache_creation_input_tokens + one.cache_read_input_tokens;
    seen.input = Math.max(seen.input, one.input_tokens + cached, one.prompt_tokens);
    seen.output = Math.max(seen.output, one.output_tokens, one.completion_tokens);
    seen.cacheWrite = Math.max(seen.cacheWrite, one.cache_creation_input_tokens);
  }
  if (!google) return;
  seen.input = Math.max(seen.input, google.promptTokenCount);
  seen.output = Math.max(seen.output, google.candidatesTokenCount + google.thoughtsTokenCount);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // `data: [DONE]`, or an answer that is no JSON
  }
}
