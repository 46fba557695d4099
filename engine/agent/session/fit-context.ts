import type { ModelMessage } from "ai";

/** About 150,000 tokens: what every current model takes, with room for the answer. */
const MAX_CHARS = 500_000;
const DROPPED = "[This output was dropped to save space. Run the step again when you need it.]";
const KEPT_RECENT_MESSAGES = 12;

/** The messages, with the oldest tool results dropped when a long chat would no longer fit. */
export function fitContext(
  messages: readonly ModelMessage[],
  maxChars = MAX_CHARS,
): ModelMessage[] {
  let excess = JSON.stringify(messages).length - maxChars;
  return messages.map((message, index) => {
    if (excess <= 0 || message.role !== "tool" || index >= messages.length - KEPT_RECENT_MESSAGES) {
      return message;
    }
    const content = message.content.map((part) => {
      if (part.type !== "tool-result") return part;
      excess -= Math.max(0, JSON.stringify(part.output).length - DROPPED.length);
      return { ...part, output: { type: "text" as const, value: DROPPED } };
    });
    return { ...message, content };
  });
}
