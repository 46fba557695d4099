import { errorText } from "@/lib/client/api";
import { createTicket } from "@/lib/client/queries/tickets";
import { ReconnectingSocket, type SocketMessage } from "@/lib/client/reconnecting-socket";
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

/** The line to one shell of a room. */
export class TerminalSocket {
  #isAttached = false;
  #attachTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #encoder = new TextEncoder();
  readonly #line: ReconnectingSocket;

  constructor(private readonly options: TerminalSocketOptions) {
    let ticket = "";
    this.#line = new ReconnectingSocket({
      firstRetryMs: FIRST_RETRY_MS,
      maxRetryMs: MAX_RETRY_MS,
      connect: async () => {
        ({ ticket } = await createTicket("terminal", options.workroomId));
        this.#isAttached = false;
        return new WebSocket(addressOf(options));
      },
      onOpen: () => {
        this.#line.send(JSON.stringify({ ticket }));
        // A shell that has nothing to say is there all the same.
        this.#attachTimer = setTimeout(() => this.#attach(), QUIET_MS);
      },
      onMessage: (message) => this.#receive(message),
      onRetry: (reason) => {
        clearTimeout(this.#attachTimer);
        options.onLine({ state: "reconnecting", message: wordsOf(reason) });
      },
    });
  }

  start(): void {
    this.#line.start();
  }

  stop(): void {
    clearTimeout(this.#attachTimer);
    this.#line.stop();
  }

  send(text: string): void {
    this.sendBytes(this.#encoder.encode(text));
  }

  sendBytes(bytes: Uint8Array<ArrayBuffer>): void {
    this.#line.send(bytes);
  }

  resize(cols: number, rows: number): void {
    const control: TerminalControl = { type: "resize", cols, rows };
    this.#line.send(JSON.stringify(control));
  }

  #receive(message: SocketMessage): void {
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
    this.#line.accept();
    this.options.onAttach();
    this.options.onLine({ state: "online" });
    // The screen may have changed its size while the line was made.
    const { cols, rows } = this.options.size();
    this.resize(cols, rows);
  }
}

function addressOf({ workroomId, terminalId, size }: TerminalSocketOptions): string {
  const { cols, rows } = size();
  const query = new URLSearchParams({
    workroomId,
    terminalId,
    cols: String(cols),
    rows: String(rows),
  });
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${location.host}/ws/terminal?${query}`;
}

function wordsOf(reason: unknown): string | null {
  if (reason === null) return null;
  return typeof reason === "string" ? reason : errorText(reason);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
