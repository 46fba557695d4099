import type { WebSocket } from "ws";
import { AppError } from "@/lib/errors";

const HELLO_TIMEOUT_MS = 10_000;
const MAX_WAITING = 100;

/** Close codes of our sockets; the reason is plain words for a person. */
export const closeCodes = {
  unauthenticated: 4_401,
  not_found: 4_404,
  unavailable: 4_503,
  invalid_input: 1_008,
  other: 1_011,
} as const;

type Message = { bytes: Buffer; isBinary: boolean };

/** Keeps what a client sends while its ticket is looked up, in order. */
export class Inbox {
  readonly #waiting: Message[] = [];
  #listener: ((message: Message) => void) | undefined;
  #first = Promise.withResolvers<string>();

  constructor(socket: WebSocket) {
    const late = () =>
      this.#first.reject(new AppError("unauthenticated", "The socket said nothing."));
    const timer = setTimeout(late, HELLO_TIMEOUT_MS);
    this.#first.promise.catch(() => undefined).finally(() => clearTimeout(timer));
    socket.once("close", late);
    let isFirst = true;
    socket.on("message", (bytes: Buffer, isBinary) => {
      // Once it was closed, for a right that has ended too, the other side may take half a minute to agree: what it
      // sends in that time is done no more.
      if (socket.readyState !== socket.OPEN) return;
      if (isFirst) {
        isFirst = false;
        this.#first.resolve(isBinary ? "" : bytes.toString("utf8"));
      } else if (this.#listener !== undefined) this.#listener({ bytes, isBinary });
      else if (this.#waiting.push({ bytes, isBinary }) > MAX_WAITING) socket.terminate();
    });
  }

  /** The hello, as text. @throws AppError when none comes in time */
  first(): Promise<string> {
    return this.#first.promise;
  }

  listen(listener: (message: Message) => void): void {
    this.#listener = listener;
    for (const message of this.#waiting.splice(0)) listener(message);
  }
}

/** Text of a client as JSON, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Ends a socket with the code and plain words of a failure. */
export function closeWith(socket: WebSocket, failure: AppError): void {
  const code =
    failure.code === "unauthenticated" ||
    failure.code === "not_found" ||
    failure.code === "unavailable" ||
    failure.code === "invalid_input"
      ? closeCodes[failure.code]
      : closeCodes.other;
  socket.close(code, failure.message.slice(0, 100));
}
