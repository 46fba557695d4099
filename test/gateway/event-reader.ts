import { request as httpRequest, type IncomingMessage } from "node:http";

export type StreamedEvent = { id: string | null; event: string; data: unknown };
type Asked = { host: string; headers: Record<string, string> };

/** A reader of server-sent events: what came, and when it ended. */
export class EventReader {
  readonly events: StreamedEvent[] = [];
  readonly closed: Promise<void>;
  readonly head: Promise<{ status: number; type: string; body: Promise<string> }>;
  readonly #request;
  #response: IncomingMessage | undefined;
  #waiters: (() => void)[] = [];

  constructor(port: number, path: string, { host, headers }: Asked) {
    const head = Promise.withResolvers<Awaited<EventReader["head"]>>();
    const closed = Promise.withResolvers<void>();
    [this.head, this.closed] = [head.promise, closed.promise];
    const asked = { host: "127.0.0.1", port, path, headers: { host, ...headers }, agent: false };
    this.#request = httpRequest(asked, (response) => {
      this.#response = response;
      let text = "";
      let rest = "";
      const body = new Promise<string>((resolve) => response.on("end", () => resolve(text)));
      const type = response.headers["content-type"] ?? "";
      head.resolve({ status: response.statusCode ?? 0, type, body });
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        const blocks = (rest + chunk).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.#take(block);
      });
      response.on("error", () => undefined);
      response.on("close", () => closed.resolve());
    });
    this.#request.on("error", (error) => {
      head.reject(error);
      closed.resolve();
    });
    this.#request.end();
  }

  #take(block: string): void {
    const fields = Object.fromEntries(
      block.split("\n").map((line) => line.split(/: (.*)/s, 2) as [string, string]),
    );
    const data = fields["data"];
    if (data === undefined) return;
    const event = fields["event"] ?? "message";
    this.events.push({ id: fields["id"] ?? null, event, data: JSON.parse(data) as unknown });
    for (const waiter of this.#waiters.splice(0)) waiter();
  }

  /** Resolves with that many events. */
  async until(count: number): Promise<StreamedEvent[]> {
    while (this.events.length < count)
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    return this.events.slice(0, count);
  }

  /** Takes nothing from the network until it goes on. */
  pause(): void {
    this.#response?.pause();
  }

  goOn(): void {
    this.#response?.resume();
  }

  close(): void {
    this.#request.destroy();
  }
}
