import { basename } from "node:path";
import type { LanguageModelV4Prompt } from "@ai-sdk/provider";

const ATTACHED = "\n\nAttached files:\n";
const MAX_COUNT = 1_800;

type UserMessage = { text: string; attachments: string[] };

/** What the demo employee knows of a chat: everything comes from its messages, so it survives any restart. */
export class ChatSoFar {
  readonly users: UserMessage[] = [];
  /** The tool results of the turn that runs, in order; one for each answer the employee gave in it. */
  readonly results: string[] = [];
  answersInTurn = 0;
  readonly #written: string[] = [];

  constructor(prompt: LanguageModelV4Prompt) {
    for (const message of prompt) {
      if (message.role === "user") this.#user(message.content);
      if (message.role === "assistant") {
        this.answersInTurn += 1;
        for (const part of message.content) {
          if (part.type === "tool-call") this.#wrote(part.toolName, part.input);
        }
      }
      if (message.role !== "tool") continue;
      for (const part of message.content) {
        if (part.type === "tool-result") this.results.push(outputText(part.output));
      }
    }
  }

  get words(): string {
    return this.users.at(-1)?.text ?? "";
  }

  /** The table the person means: the last one that came with a message. */
  get attachedTable(): string {
    const tables = this.users.flatMap(({ attachments }) => attachments);
    return tables.findLast((path) => /\.(csv|tsv)$/i.test(path)) ?? "";
  }

  get number(): string {
    return String(Math.min(MAX_COUNT, Number(/\d+/.exec(this.words)?.[0] ?? 10)));
  }

  /** What was asked for and what was written, in the person's own words. */
  get recall(): string {
    const asked = this.users.slice(0, -1);
    if (asked.length === 0)
      return "This is your first message here: there is nothing to remember yet.";
    const asks = asked.map(({ text }) => `- “${text.trim().slice(0, 120)}”`).join("\n");
    const files = [...new Set(this.#written.map((path) => basename(path)))];
    const wrote = files.length > 0 ? `\n\nI wrote ${files.join(", ")} for it.` : "";
    return `You asked me for ${asked.length === 1 ? "one thing" : `${asked.length} things`}:\n\n${asks}${wrote}`;
  }

  #user(content: Extract<LanguageModelV4Prompt[number], { role: "user" }>["content"]): void {
    const whole = content.map((part) => (part.type === "text" ? part.text : "")).join("");
    const [text = "", list = ""] = whole.split(ATTACHED);
    const attachments = list
      .split("\n")
      .filter((line) => line.startsWith("- "))
      .map((line) => line.slice(2));
    this.users.push({ text, attachments });
    this.results.length = 0;
    this.answersInTurn = 0;
  }

  #wrote(toolName: string, input: unknown): void {
    if (toolName !== "write" && toolName !== "edit") return;
    if (typeof input !== "object" || input === null || !("path" in input)) return;
    this.#written.push(String(input.path));
  }
}

function outputText(output: { type: string; value?: unknown }): string {
  return typeof output.value === "string" ? output.value : JSON.stringify(output.value ?? "");
}
