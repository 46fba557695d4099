import { createTicket } from "@/lib/client/queries/tickets";
import { ReconnectingSocket } from "@/lib/client/reconnecting-socket";
import type { ChatEvent } from "@/lib/protocol/events";
import type { LiveClientMessage, LiveServerMessage, PresentPerson } from "@/lib/protocol/live";
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
  onPresence: (workroomId: string, people: PresentPerson[]) => void;
  /** Called after the line was cut and is back: whatever was pushed meanwhile has to be fetched. */
  onReconnect: () => void;
  /** The line is down; why, when the server or the network said so. */
  onDown: (reason: unknown) => void;
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
  #chats = new Map<string, ChatSubscription>();
  #listeners = new Set<() => void>();
  #viewedRoom: string | null = null;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #wasOnline = false;
  readonly #line: ReconnectingSocket;

  constructor(private readonly options: LiveSocketOptions) {
    let ticket = "";
    this.#line = new ReconnectingSocket({
      firstRetryMs: FIRST_RETRY_MS,
      maxRetryMs: MAX_RETRY_MS,
      connect: async () => {
        ({ ticket } = await createTicket("live"));
        return new WebSocket(options.url());
      },
      onOpen: () => {
        this.#watchSilence();
        this.#send({ type: "hello", ticket });
      },
      onMessage: (message) => {
        this.#watchSilence();
        if (typeof message === "string") this.#receive(JSON.parse(message) as LiveServerMessage);
      },
      onRetry: (reason) => {
        options.onDown(reason);
        clearTimeout(this.#silenceTimer);
        const isFirst = !this.#wasOnline && this.#line.attempt === 0;
        this.#setState(isFirst ? "connecting" : "reconnecting");
      },
    });
  }

  start(): void {
    this.#line.start();
  }

  stop(): void {
    clearTimeout(this.#silenceTimer);
    this.#line.stop();
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

  /** The room that the person looks at; null: none. Said again after each reconnect. */
  viewRoom(workroomId: string | null): void {
    if (this.#viewedRoom === workroomId) return;
    this.#viewedRoom = workroomId;
    if (this.#state === "online") this.#send({ type: "view_room", workroomId });
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
      case "presence":
        this.options.onPresence(message.workroomId, message.people);
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
    this.#line.accept();
    this.#setState("online");
    for (const [chatId, subscription] of this.#chats) this.#askForChat(chatId, subscription);
    if (this.#viewedRoom !== null) this.#send({ type: "view_room", workroomId: this.#viewedRoom });
    if (this.#wasOnline) this.options.onReconnect();
    this.#wasOnline = true;
  }

  #askForChat(chatId: string, subscription: ChatSubscription): void {
    this.#send({ type: "subscribe_chat", chatId, after: subscription.lastSeq() });
  }

  #send(message: LiveClientMessage): void {
    this.#line.send(JSON.stringify(message));
  }

  #watchSilence(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#line.drop(), SILENCE_MS);
  }

  #setState(state: ConnectionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
