export type SocketMessage = string | ArrayBuffer;

type ReconnectingSocketOptions = {
  firstRetryMs: number;
  maxRetryMs: number;
  /** Makes the socket of one try, with a ticket of its own; what it throws is told by `onRetry`. */
  connect: () => Promise<WebSocket>;
  onOpen: () => void;
  onMessage: (message: SocketMessage) => void;
  /** The line is down and another try follows by itself; why, when the server or the network said so. */
  onRetry: (reason: unknown) => void;
};

/**
 * A socket that comes back by itself: after a pause that grows with each try and is never the same for all tabs, or at
 * once when the network or the person is back. A try counts as failed until `accept` is called.
 */
export class ReconnectingSocket {
  #socket: WebSocket | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #isStopped = true;
  /** Counts starts: what an earlier one began is left when it is there at last. */
  #life = 0;

  constructor(private readonly options: ReconnectingSocketOptions) {}

  /** Tries since the last one that was accepted. */
  get attempt(): number {
    return this.#attempt;
  }

  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#life += 1;
    window.addEventListener("online", this.#retryNow);
    document.addEventListener("visibilitychange", this.#retryNow);
    void this.#connect();
  }

  stop(): void {
    this.#isStopped = true;
    window.removeEventListener("online", this.#retryNow);
    document.removeEventListener("visibilitychange", this.#retryNow);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#socket?.close();
    this.#socket = null;
  }

  /** The server took the ticket: the next pause is a short one again. */
  accept(): void {
    this.#attempt = 0;
  }

  /** What is sent while the line is down is lost; whoever sends says anew what still holds when it is back. */
  send(message: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  /** A dead line may take minutes to report its end, so it is left at once. */
  drop(): void {
    const dead = this.#socket;
    this.#socket = null;
    dead?.close();
    this.#retryLater(null);
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const life = this.#life;
    let socket: WebSocket;
    try {
      socket = await this.options.connect();
    } catch (error) {
      if (life === this.#life) this.#retryLater(error);
      return;
    }
    if (this.#isStopped || life !== this.#life) {
      socket.close();
      return;
    }
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.addEventListener("open", () => this.#socket === socket && this.options.onOpen());
    socket.addEventListener("message", (event: MessageEvent<SocketMessage>) => {
      if (this.#socket === socket) this.options.onMessage(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#retryLater(event.reason || null);
    });
  }

  #retryLater(reason: unknown): void {
    if (this.#isStopped || this.#retryTimer !== undefined) return;
    const { firstRetryMs, maxRetryMs } = this.options;
    const cap = Math.min(maxRetryMs, firstRetryMs * 2 ** this.#attempt);
    this.options.onRetry(reason);
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => void this.#connect(), cap / 2 + Math.random() * (cap / 2));
  }

  /** The network is back, or the person is: no reason to wait any longer. */
  readonly #retryNow = (): void => {
    if (document.visibilityState === "hidden" || this.#retryTimer === undefined) return;
    void this.#connect();
  };
}
