import { createTicket } from "@/lib/client/queries/tickets";
import type { ChatEvent } from "@/lib/protocol/events";
import type { LiveClientMessage, LiveServerMessage } from "@/lib/protocol/live";
import type { WorkroomView } from "@/lib/protocol/views";

export type ConnectionState = "connecting" | "online" | "reconnecting";

type ChatSubscription = {
  /** The last `seq` the page has; asked again after each reconnect. */
  lastSeq: () => number;
  onEvents: (events: ChatEvent[]) => void;
};

type LiveSocketOptions = {
  /** Asked at each connect, in the browser only. */
  url: () => string;
  onWorkroom: (workroom: WorkroomView) => void;
  onWorkroomRemoved: (workroomId: string) => void;
  /** Called after the line was cut and is back: whatever was pushed meanwhile has to be fetched. */
  onReconnect: () => void;
};

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 5_000;
/** The server pings more often than this; a line that says nothing for so long is dead. */
const SILENCE_MS = 45_000;

/**
 * The live socket of a tab. It asks for a one-use ticket at each connect, says where each chat was left, and comes
 * back by itself; events are de-duplicated by `seq` by whoever folds them.
 */
export class LiveSocket {
  #state: ConnectionState = "connecting";
  #socket: WebSocket | null = null;
  #chats = new Map<string, ChatSubscription>();
  #listeners = new Set<() => void>();
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = true;
  #wasOnline = false;

  constructor(private readonly options: LiveSocketOptions) {}

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    window.addEventListener("online", this.#retryNow);
    document.addEventListener("visibilitychange", this.#retryNow);
    void this.#connect();
  }

  stop(): void {
    this.#isStopped = true;
    window.removeEventListener("online", this.#retryNow);
    document.removeEventListener("visibilitychange", this.#retryNow);
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    this.#socket?.close();
    this.#socket = null;
  }

  readonly state = (): ConnectionState => this.#state;

  readonly onStateChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** One subscription a chat; returns what ends it. */
  subscribeChat(chatId: string, subscription: ChatSubscription): () => void {
    this.#chats.set(chatId, subscription);
    if (this.#state === "online") this.#askForChat(chatId, subscription);
    return () => {
      if (this.#chats.get(chatId) !== subscription) return;
      this.#chats.delete(chatId);
      if (this.#state === "online") this.#send({ type: "unsubscribe_chat", chatId });
    };
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    let ticket: string;
    try {
      ({ ticket } = await createTicket("live"));
    } catch {
      this.#retryLater();
      return;
    }
    if (this.#isStopped) return;
    const socket = new WebSocket(this.options.url());
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#watchSilence();
      this.#send({ type: "hello", ticket });
    });
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      if (this.#socket !== socket) return;
      this.#watchSilence();
      this.#receive(JSON.parse(event.data) as LiveServerMessage);
    });
    socket.addEventListener("close", () => {
      if (this.#socket === socket) this.#retryLater();
    });
  }

  #receive(message: LiveServerMessage): void {
    switch (message.type) {
      case "ready":
        this.#becomeOnline();
        break;
      case "chat_events":
        this.#chats.get(message.chatId)?.onEvents(message.events);
        break;
      case "workroom":
        this.options.onWorkroom(message.workroom);
        break;
      case "workroom_removed":
        this.options.onWorkroomRemoved(message.workroomId);
        break;
      case "ping":
        this.#send({ type: "pong" });
        break;
      case "error":
        // The server closes after an error that ends the line; others concern one subscription.
        break;
    }
  }

  #becomeOnline(): void {
    this.#attempt = 0;
    this.#setState("online");
    for (const [chatId, subscription] of this.#chats) this.#askForChat(chatId, subscription);
    if (this.#wasOnline) this.options.onReconnect();
    this.#wasOnline = true;
  }

  #askForChat(chatId: string, subscription: ChatSubscription): void {
    this.#send({ type: "subscribe_chat", chatId, after: subscription.lastSeq() });
  }

  #send(message: LiveClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #watchSilence(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#dropLine(), SILENCE_MS);
  }

  /** A dead line may take minutes to report its end, so it is left at once. */
  #dropLine(): void {
    const dead = this.#socket;
    this.#socket = null;
    dead?.close();
    this.#retryLater();
  }

  #retryLater(): void {
    clearTimeout(this.#silenceTimer);
    this.#socket = null;
    if (this.#isStopped || this.#retryTimer !== undefined) return;
    this.#setState(this.#wasOnline || this.#attempt > 0 ? "reconnecting" : "connecting");
    const cap = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => void this.#connect(), cap / 2 + Math.random() * (cap / 2));
  }

  /** The network is back, or the person is: no reason to wait any longer. */
  readonly #retryNow = (): void => {
    if (document.visibilityState === "hidden" || this.#retryTimer === undefined) return;
    void this.#connect();
  };

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
