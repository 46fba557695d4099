import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { WebSocket } from "ws";

export type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer; text: string };
type Asked = {
  method?: string;
  host: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
};

/** One request to the loopback under a name of the product: Node itself does not resolve `*.localhost`. */
export function ask(port: number, path: string, asked: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: "127.0.0.1",
      port,
      path,
      method: asked.method ?? "GET",
      headers: { host: asked.host, ...asked.headers },
      agent: false,
    });
    request.on("error", reject);
    request.on("response", (response) => {
      buffer(response).then(
        (body) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body,
            text: body.toString("utf8"),
          }),
        reject,
      );
    });
    request.end(asked.body);
  });
}

/** Sends bytes as they are; resolves with everything that came back when the server closes. */
export function askRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let answer = "";
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

/** A WebSocket to a host of the product, with the messages it has got. */
export class TestSocket {
  readonly messages: unknown[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly opened: Promise<void>;
  readonly socket: WebSocket;
  #waiters: (() => void)[] = [];

  constructor(port: number, path: string, host: string, headers: Record<string, string>) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host, ...headers } });
    this.socket.on("message", (bytes: Buffer, isBinary) => {
      const text = bytes.toString("utf8");
      this.messages.push(isBinary ? text : (JSON.parse(text) as unknown));
      for (const waiter of this.#waiters.splice(0)) waiter();
    });
    this.closed = new Promise((resolve) => {
      this.socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.on("open", resolve);
      this.socket.on("error", reject);
    });
    this.opened.catch(() => undefined);
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first message, old or new, that fits. */
  async until<T = Record<string, unknown>>(fits: (message: never) => boolean): Promise<T> {
    for (;;) {
      const found = this.messages.find((message) => fits(message as never));
      if (found !== undefined) return found as T;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }
}
