import { errorText } from "@/lib/client/api";
import type { LiveSocket } from "@/lib/client/live";
import { fetchEvents } from "@/lib/client/queries/chats";
import type { ChatEvent } from "@/lib/protocol/events";
import { type ChatState, emptyChat } from "./chat-state";
import { foldEvents } from "./fold-events";

export type ChatSnapshot = {
  chat: ChatState;
  /** `ready` once everything up to now was read; `error` is what kept it from being read. */
  status: "loading" | "ready" | "failed";
  error: string | null;
};

const PAGE_SIZE = 1_000;
const HIDDEN_FLUSH_MS = 500;
const RETRY_MS = 3_000;

/**
 * The log of one chat as the page has it: read once in pages, then kept up by the live socket. Events that come while a
 * frame is drawn wait for the next one, so a fast stream costs one render a frame.
 */
export class ChatLog {
  #snapshot: ChatSnapshot = { chat: emptyChat, status: "loading", error: null };
  #listeners = new Set<() => void>();
  #waiting: ChatEvent[] = [];
  #isFlushPlanned = false;
  #catchingUp: Promise<void> | null = null;
  #abort = new AbortController();

  constructor(
    readonly chatId: string,
    private readonly onNewEvents: (events: readonly ChatEvent[]) => void,
  ) {}

  readonly snapshot = (): ChatSnapshot => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads what is there and follows what comes; returns what ends it. */
  follow(socket: LiveSocket): () => void {
    this.#abort = new AbortController();
    // A read that the last follower has cut short brings nothing.
    this.#catchingUp = null;
    const { signal } = this.#abort;
    let unsubscribe: (() => void) | null = null;
    const start = async () => {
      await this.catchUp();
      if (signal.aborted) return;
      unsubscribe = socket.subscribeChat(this.chatId, {
        lastSeq: () => this.#snapshot.chat.lastSeq,
        onEvents: (events) => this.#receive(events),
      });
    };
    void start();
    return () => {
      this.#abort.abort();
      unsubscribe?.();
    };
  }

  /** Fetches whatever is newer than what the page has; a call while one runs joins it. */
  catchUp(): Promise<void> {
    const running = (this.#catchingUp ??= this.#readPages());
    return running.finally(() => {
      if (this.#catchingUp === running) this.#catchingUp = null;
    });
  }

  async #readPages(): Promise<void> {
    const { signal } = this.#abort;
    try {
      for (;;) {
        const after = this.#snapshot.chat.lastSeq;
        const page = await fetchEvents(this.chatId, after, PAGE_SIZE, signal);
        const chat = foldEvents(this.#snapshot.chat, page.events);
        const isAll = chat.lastSeq >= page.lastSeq || chat.lastSeq === after;
        this.#publish({ chat, status: isAll ? "ready" : this.#snapshot.status, error: null });
        if (isAll) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      // What is shown already stays; the socket asks again for the rest when it is back.
      if (this.#snapshot.status !== "ready")
        this.#publish({ ...this.#snapshot, status: "failed", error: errorText(error) });
    }
  }

  #receive(events: readonly ChatEvent[]): void {
    this.#waiting.push(...events);
    if (this.#isFlushPlanned) return;
    this.#isFlushPlanned = true;
    const flush = () => this.#flush();
    if (document.visibilityState === "hidden") setTimeout(flush, HIDDEN_FLUSH_MS);
    else requestAnimationFrame(flush);
  }

  #flush(): void {
    this.#isFlushPlanned = false;
    const events = this.#waiting;
    this.#waiting = [];
    const before = this.#snapshot.chat;
    const chat = foldEvents(before, events);
    if (chat !== before) {
      this.#publish({ chat, status: "ready", error: null });
      this.onNewEvents(events.filter(({ seq }) => seq > before.lastSeq && seq <= chat.lastSeq));
    }
    const newest = events.at(-1)?.seq ?? 0;
    if (newest > chat.lastSeq) void this.#fillGap();
  }

  /** Something between what the page has and what came is missing: it is fetched, again if that fails. */
  async #fillGap(): Promise<void> {
    const { signal } = this.#abort;
    const before = this.#snapshot.chat.lastSeq;
    await this.catchUp();
    if (this.#snapshot.chat.lastSeq !== before || signal.aborted) return;
    setTimeout(() => !signal.aborted && void this.#fillGap(), RETRY_MS);
  }

  #publish(snapshot: ChatSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}
