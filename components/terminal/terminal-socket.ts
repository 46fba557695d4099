import { errorText } from "@/lib/client/api";
import { createTicket } from "@/lib/client/queries/tickets";
import { TerminalControl } from "@/lib/protocol/engine";

export type TerminalLine =
  | { state: "connecting" }
  | { state: "online" }
  /** The line is cut; the shell lives on in the room and the line comes back by itself. */
  | { state: "reconnecting"; message: string | null }
  | { state: "exited"; exitCode: number | null };

type TerminalSocketOptions = {
  workroomId: string;
  terminalId: string;
  size: () => { cols: number; rows: number };
  onBytes: (bytes: Uint8Array) => void;
  /** A line is up: the room sends the scrollback first, so what is on the screen must go. */
  onAttach: () => void;
  onLine: (line: TerminalLine) => void;
};

const FIRST_RETRY_MS = 400;
const MAX_RETRY_MS = 8_000;
/** A line that is not closed for so long after the ticket was sent has been accepted. */
const QUIET_MS = 700;

/** The line to one shell of a room. It asks for a one-use ticket at each connect and comes back by itself. */
export class TerminalSocket {
  #socket: WebSocket | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #isStopped = false;
  #isAttached = false;
  #attachTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #encoder = new TextEncoder();

  constructor(private readonly options: TerminalSocketOptions) {}

  start(): void {
    window.addEventListener("online", this.#retryNow);
    document.addEventListener("visibilitychange", this.#retryNow);
    void this.#connect();
  }

  stop(): void {
    this.#isStopped = true;
    window.removeEventListener("online", this.#retryNow);
    document.removeEventListener("visibilitychange", this.#retryNow);
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#attachTimer);
    this.#socket?.close();
    this.#socket = null;
  }

  send(text: string): void {
    this.sendBytes(this.#encoder.encode(text));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  resize(cols: number, rows: number): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const control: TerminalControl = { type: "resize", cols, rows };
    this.#socket.send(JSON.stringify(control));
  }

  async #connect(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const { workroomId, terminalId, size } = this.options;
    let ticket: string;
    try {
      ({ ticket } = await createTicket("terminal", workroomId));
    } catch (error) {
      this.#retryLater(errorText(error));
      return;
    }
    if (this.#isStopped) return;
    const { cols, rows } = size();
    const query = new URLSearchParams({
      workroomId,
      terminalId,
      cols: String(cols),
      rows: String(rows),
    });
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/terminal?${query}`);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ ticket }));
      // A shell that has nothing to say is there all the same.
      this.#attachTimer = setTimeout(() => this.#socket === socket && this.#attach(), QUIET_MS);
    });
    socket.addEventListener("message", (event: MessageEvent<ArrayBuffer | string>) => {
      if (this.#socket === socket) this.#receive(event.data);
    });
    socket.addEventListener("close", (event) => {
      clearTimeout(this.#attachTimer);
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#retryLater(event.reason || null);
    });
    this.#isAttached = false;
  }

  #receive(message: ArrayBuffer | string): void {
    this.#attach();
    if (typeof message !== "string") {
      this.options.onBytes(new Uint8Array(message));
      return;
    }
    const control = TerminalControl.safeParse(parseJson(message));
    if (!control.success || control.data.type !== "exit") return;
    const { exitCode } = control.data;
    this.stop();
    this.options.onLine({ state: "exited", exitCode });
  }

  /** The first word of the room means that it took the ticket; before that the line may still be refused. */
  #attach(): void {
    if (this.#isAttached) return;
    clearTimeout(this.#attachTimer);
    this.#isAttached = true;
    this.#attempt = 0;
    this.options.onAttach();
    this.options.onLine({ state: "online" });
    // The screen may have changed its size while the line was made.
    const { cols, rows } = this.options.size();
    this.resize(cols, rows);
  }

  #retryLater(message: string | null): void {
    if (this.#isStopped || this.#retryTimer !== undefined) return;
    this.options.onLine({ state: "reconnecting", message });
    const cap = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    this.#retryTimer = setTimeout(() => void this.#connect(), cap / 2 + Math.random() * (cap / 2));
  }

  /** The network is back, or the person is: no reason to wait any longer. */
  readonly #retryNow = (): void => {
    if (document.visibilityState === "hidden" || this.#retryTimer === undefined) return;
    void this.#connect();
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
