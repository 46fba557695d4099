import type { ChatEvent } from "@/lib/protocol/events";
import type { TableProfile } from "@/lib/protocol/files";
import type { MessageView, TurnView } from "@/lib/protocol/views";
import type { ChatItem, ChatState, Step, Turn, TurnPart } from "./chat-state";
import { asFields, asText, readBlockText, readNotice, readPlan, readStep } from "./read-acp";

/**
 * Adds events to what a chat shows. Pure: the state that came in stays as it was, and items that no event touched keep
 * their identity, so that only changed rows are drawn again. An event that was folded before is skipped; after a gap
 * the rest is left for the next fetch, because folding it would lose what is missing for good.
 */
export function foldEvents(state: ChatState, events: readonly ChatEvent[]): ChatState {
  const draft = new ChatDraft(state);
  for (const event of events) {
    if (event.seq <= draft.lastSeq) continue;
    if (event.seq > draft.lastSeq + 1) break;
    draft.lastSeq = event.seq;
    draft.add(event);
  }
  return draft.lastSeq === state.lastSeq ? state : draft.finish();
}

/** A copy of a state that is made as far as events need it: a turn is copied once a batch, then written in place. */
class ChatDraft {
  lastSeq: number;
  #items: ChatItem[];
  #queue: readonly MessageView[];
  #runningTurnId: string | null;
  #indexById = new Map<string, number>();
  #copied = new Set<string>();

  constructor(state: ChatState) {
    this.lastSeq = state.lastSeq;
    this.#items = [...state.items];
    this.#queue = state.queue;
    this.#runningTurnId = state.runningTurnId;
    this.#items.forEach((item, index) => this.#indexById.set(item.id, index));
  }

  finish(): ChatState {
    return {
      lastSeq: this.lastSeq,
      items: this.#items,
      queue: this.#queue,
      runningTurnId: this.#runningTurnId,
    };
  }

  add(event: ChatEvent): void {
    if (event.type === "chat/message") this.#addMessage(event.data as MessageView);
    else if (event.type === "chat/turn") this.#addTurn(event.data as TurnView);
    else if (event.type === "chat/profile") this.#addProfile(event);
    else if (event.turnId !== null) addToTurn(this.#turn(event.turnId), event);
    else if (event.type.endsWith("notice")) this.#addNotice(event);
  }

  #put(item: ChatItem): void {
    const index = this.#indexById.get(item.id);
    if (index !== undefined) {
      this.#items[index] = item;
      return;
    }
    this.#indexById.set(item.id, this.#items.length);
    this.#items.push(item);
  }

  /** A message waits in the queue until it is sent; its place in the chat is where it was sent. */
  #addMessage(message: MessageView): void {
    this.#queue = this.#queue.filter(({ id }) => id !== message.id);
    if (message.state === "queued") {
      const later = this.#queue.findIndex(({ createdAt }) => createdAt > message.createdAt);
      this.#queue = this.#queue.toSpliced(later < 0 ? this.#queue.length : later, 0, message);
    } else if (message.state === "sent") {
      this.#put({ kind: "message", id: message.id, message });
    }
  }

  #addTurn(view: TurnView): void {
    const waiting = this.#queue.find(({ id }) => id === view.messageId);
    if (waiting) this.#addMessage({ ...waiting, state: "sent", turnId: view.id });
    this.#turn(view.id).view = view;
    if (view.state === "running") this.#runningTurnId = view.id;
    else if (this.#runningTurnId === view.id) this.#runningTurnId = null;
  }

  /** The latest profile of a file takes the place of the one before. */
  #addProfile(event: ChatEvent): void {
    const profile = event.data as TableProfile;
    this.#put({ kind: "profile", id: `profile ${profile.path}`, profile });
  }

  #addNotice(event: ChatEvent): void {
    this.#put({ kind: "notice", id: `notice ${event.seq}`, ...readNotice(event.data) });
  }

  /** The turn, copied for this batch: what the page holds must not change under it. */
  #turn(turnId: string): Turn {
    const index = this.#indexById.get(turnId);
    const item = index === undefined ? undefined : this.#items[index];
    if (item?.kind === "turn" && this.#copied.has(turnId)) return item.turn;
    const turn: Turn =
      item?.kind === "turn"
        ? { ...item.turn, parts: [...item.turn.parts] }
        : { id: turnId, view: null, plan: [], parts: [] };
    this.#copied.add(turnId);
    this.#put({ kind: "turn", id: turnId, turn });
    return turn;
  }
}

function addToTurn(turn: Turn, event: ChatEvent): void {
  switch (event.type) {
    case "agent_message_chunk":
      addChunk(turn, "text", event);
      break;
    case "agent_thought_chunk":
      addChunk(turn, "thought", event);
      break;
    case "plan":
      turn.plan = readPlan(event.data);
      break;
    case "tool_call":
    case "tool_call_update":
      addStep(turn, event);
      break;
    case "notice":
    case "engine/notice":
    case "chat/notice":
      turn.parts.push({ kind: "notice", id: `notice ${event.seq}`, ...readNotice(event.data) });
      break;
    default:
    // Other updates (commands, modes, usage) change nothing that the chat shows.
  }
}

/** Chunks that follow each other are one text, until something else comes between them. */
function addChunk(turn: Turn, kind: "text" | "thought", event: ChatEvent): void {
  const text = readBlockText(asFields(event.data)["content"]);
  if (text === "") return;
  const last = turn.parts.at(-1);
  if (last?.kind === kind) {
    turn.parts[turn.parts.length - 1] = { ...last, text: last.text + text };
    return;
  }
  turn.parts.push({ kind, id: `${kind} ${event.seq}`, text });
}

function addStep(turn: Turn, event: ChatEvent): void {
  const toolCallId = asText(asFields(event.data)["toolCallId"]);
  const index = turn.parts.findIndex((part) => part.kind === "step" && part.id === toolCallId);
  const known = index < 0 ? null : (turn.parts[index] as Step);
  const step: TurnPart = readStep(known, event);
  if (index < 0) turn.parts.push(step);
  else turn.parts[index] = step;
}
