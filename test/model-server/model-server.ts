import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { Conversation } from "./conversation";
import { anthropic } from "./protocols/anthropic";
import { chatCompletions } from "./protocols/chat-completions";
import { gemini } from "./protocols/gemini";
import { responses } from "./protocols/responses";
import { replyTo } from "./reply-to";
import { sendJson, startEvents, type Json, type Protocol } from "./wire";

const protocols: Protocol[] = [anthropic, responses, chatCompletions, gemini];

/**
 * Faults, by model id (`fault-401`, `fault-cut` …) or by the header `x-fault`:
 * a status 4xx or 5xx · `cut` in mid-stream · `garbage` instead of a stream · `silent`: never answers ·
 * `once-429`, `once-529`: the first request fails, then it answers.
 */
const FAULT = /^fault-(\w+(?:-\d+)?)$/;
const messages: Record<string, string> = {
  401: "invalid x-api-key",
  402: "The spending cap of this key is reached.",
  403: "this key may not use this model",
  404: "no such model",
  429: "rate limit reached",
  529: "Overloaded",
};

type Options = {
  /** Another key gets 401. Default: any key. */
  key?: string;
  /** Milliseconds between two pieces of a reply. */
  paceMs?: number;
  /** A unix socket, or a port of 127.0.0.1 (0: any free one). */
  listen: string | number;
};
export type SeenRequest = {
  path: string;
  headers: IncomingHttpHeaders;
  conversation: Conversation;
  /** The caller went away before the reply was complete. */
  isAborted: boolean;
};

/** A model of our own for tests: scripted replies over the four real wire protocols, with faults to order. */
export class ModelServer {
  readonly requests: SeenRequest[] = [];
  readonly #failedOnce = new Set<string>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });

  private constructor(private readonly options: Options) {}

  static async start(options: Options): Promise<ModelServer> {
    const server = new ModelServer(options);
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      if (typeof options.listen === "string") server.#server.listen(options.listen, resolve);
      else server.#server.listen(options.listen, "127.0.0.1", resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://model").pathname;
    const protocol = protocols.find(({ matches }) => matches(path));
    if (request.method === "GET" && path.endsWith("/models")) {
      return sendJson(response, 200, {
        object: "list",
        data: [{ id: "scripted-model", object: "model" }],
      });
    }
    if (request.method !== "POST" || !protocol)
      return sendJson(response, 404, { error: { message: "no such path" } });
    const conversation = protocol.read((await json(request)) as Json, path);
    const seen: SeenRequest = { path, headers: request.headers, conversation, isAborted: false };
    this.requests.push(seen);
    response.on("close", () => (seen.isAborted = !response.writableFinished));
    const fault = this.#faultOf(request, protocol, conversation);
    if (fault === "silent") return;
    const status = Number(fault);
    if (status >= 400) {
      const body = protocol.errorBody(status, messages[status] ?? "it failed");
      return sendJson(response, status, body, { "retry-after-ms": "20" });
    }
    await this.#reply(response, protocol, conversation, fault);
  }

  #faultOf(request: IncomingMessage, protocol: Protocol, { modelId }: Conversation): string | null {
    const { key } = this.options;
    const sent = String(request.headers[protocol.keyHeader] ?? "").replace(/^Bearer /, "");
    if (key !== undefined && sent !== key) return "401";
    const header = request.headers["x-fault"];
    const fault = typeof header === "string" ? header : (FAULT.exec(modelId)?.[1] ?? null);
    if (!fault?.startsWith("once-")) return fault;
    const once = `${protocols.indexOf(protocol)} ${fault}`;
    if (this.#failedOnce.has(once)) return null;
    this.#failedOnce.add(once);
    return fault.slice("once-".length);
  }

  async #reply(
    response: ServerResponse,
    protocol: Protocol,
    conversation: Conversation,
    fault: string | null,
  ): Promise<void> {
    const reply = replyTo(conversation);
    if (!conversation.isStreaming) {
      return sendJson(response, 200, protocol.whole(reply, conversation.modelId));
    }
    startEvents(response);
    if (fault === "garbage") {
      response.end("data: {this is no JSON\n\ndata: \u0000\u0001\n\n");
      return;
    }
    let sent = 0;
    for (const _event of protocol.stream(response, reply, conversation.modelId)) {
      sent += 1;
      if (fault === "cut" && sent === 3) {
        response.destroy();
        return;
      }
      if (response.destroyed) return;
      await sleep(this.options.paceMs ?? 0);
    }
    response.end();
  }
}
