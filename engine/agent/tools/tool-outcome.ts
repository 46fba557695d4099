import type { SessionUpdate, ToolCallContent } from "@agentclientprotocol/sdk";

/** What a tool gives back: text for the model, and what a person sees of the step. */
export type ToolOutcome = {
  text: string;
  /** In plain words, with figures: "Wrote dashboard.html, 84 lines". */
  title?: string;
  content?: ToolCallContent[];
  isFailed?: boolean;
};

export type ToolContext = {
  /** Where relative paths and commands start. */
  readonly cwd: string;
  readonly send: (update: SessionUpdate) => void;
};

/** An expected failure of a tool: its message goes to the model, which may do better. */
export class ToolFailure extends Error {}

const MAX_SHOWN_CHARS = 30_000;
export const textContent = (text: string, maxChars = MAX_SHOWN_CHARS): ToolCallContent[] => [
  { type: "content", content: { type: "text", text: text.slice(0, maxChars) } },
];

/** "1 line", "84 lines", "10,001 lines". */
export const countOf = (count: number, noun: string) =>
  `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;

export const lineCount = (text: string) =>
  text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
