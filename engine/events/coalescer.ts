import type { SessionUpdate } from "@agentclientprotocol/sdk";

const WINDOW_MS = 50;
/** A joined text is sent when it is this long: frames stay small, and a flood is counted as it comes. */
const MAX_JOINED_CHARS = 32_768;

type TextChunk = Extract<
  SessionUpdate,
  { sessionUpdate: "agent_message_chunk" | "agent_thought_chunk" }
>;
const isTextChunk = (update: SessionUpdate): update is TextChunk =>
  (update.sessionUpdate === "agent_message_chunk" ||
    update.sessionUpdate === "agent_thought_chunk") &&
  update.content.type === "text";

/**
 * Joins what belongs together: text chunks of one kind, and live updates of one tool call. The first of a run goes out at
 * once, so that a person sees it without delay; what follows within 50 ms is one frame. Order never changes.
 */
export class Coalescer {
  #pending: SessionUpdate | null = null;
  #timer: NodeJS.Timeout | null = null;
  #lastSentAt = 0;

  constructor(private readonly send: (update: SessionUpdate) => void) {}

  push(update: SessionUpdate): void {
    if (this.#pending) {
      const joined = join(this.#pending, update);
      if (joined) {
        this.#pending = joined;
        return;
      }
      this.flush();
    }
    const canWait = isTextChunk(update) || isLiveOutput(update);
    if (!canWait || Date.now() - this.#lastSentAt >= WINDOW_MS) {
      this.#send(update);
      return;
    }
    this.#pending = update;
    this.#timer = setTimeout(() => this.flush(), WINDOW_MS);
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const update = this.#pending;
    this.#pending = null;
    if (update) this.#send(update);
  }

  #send(update: SessionUpdate): void {
    this.#lastSentAt = Date.now();
    this.send(update);
  }
}

const isLiveOutput = (update: SessionUpdate) =>
  update.sessionUpdate === "tool_call_update" &&
  (update.status === "in_progress" || update.status === undefined);

/** Two updates as one, or `null` when they are different things. */
function join(first: SessionUpdate, second: SessionUpdate): SessionUpdate | null {
  if (isTextChunk(first) && isTextChunk(second) && first.sessionUpdate === second.sessionUpdate) {
    if (first.content.type !== "text" || second.content.type !== "text") return null;
    if (first.content.text.length + second.content.text.length > MAX_JOINED_CHARS) return null;
    return {
      ...first,
      content: { ...first.content, text: first.content.text + second.content.text },
    };
  }
  const isSameCall =
    first.sessionUpdate === "tool_call_update" &&
    second.sessionUpdate === "tool_call_update" &&
    first.toolCallId === second.toolCallId;
  return isSameCall ? { ...first, ...second } : null;
}
