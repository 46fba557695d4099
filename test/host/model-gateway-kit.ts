import { mkdir, mkdtemp, rm } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  request,
  type RequestListener,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach } from "vitest";
import { createModelGateway, type ModelGateway } from "@/host/models/model-gateway";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import type { HostEvent, HostInput } from "@/lib/protocol/host";

type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };
type Usage = Extract<HostEvent["event"], { type: "model_usage" }>;

export const roomId = newId("workroom");
export const KEY = "sk-real-key-of-the-organisation";

/** A provider that answers as a test says, and the host's gateway to it; new for each test of a file. */
class ModelGatewayKit {
  dataDir = "";
  seen: Seen[] = [];
  usage: Usage[] = [];
  providerPort = 0;
  answer: RequestListener = (_req, res) => res.end("{}");
  #provider: Server | null = null;
  #gateway: ModelGateway | null = null;

  get provider(): Server {
    if (!this.#provider) throw new Error("No test runs.");
    return this.#provider;
  }
  get gateway(): ModelGateway {
    if (!this.#gateway) throw new Error("No test runs.");
    return this.#gateway;
  }

  async open(): Promise<void> {
    this.dataDir = await mkdtemp(join(tmpdir(), "models-"));
    this.seen = [];
    this.usage = [];
    this.answer = (_req, res) => res.end("{}");
    this.#provider = createServer(async (req, res) => {
      const { method = "", url = "", headers } = req;
      this.seen.push({ method, url, headers, body: await text(req) });
      this.answer(req, res);
    });
    await new Promise<void>((resolve) => this.provider.listen(0, "127.0.0.1", resolve));
    this.providerPort = (this.provider.address() as AddressInfo).port;
    this.#gateway = createModelGateway({
      dataDir: this.dataDir,
      allowedEndpoints: [`127.0.0.1:${this.providerPort}`],
      report: (event) => {
        if (event.type === "model_usage") this.usage.push(event);
      },
      log: createLog("test", "silent"),
    });
    await this.makeRoom(roomId);
    this.gateway.openRoom(roomId);
  }

  async close(): Promise<void> {
    this.gateway.closeRoom(roomId);
    this.provider.close();
    this.provider.closeAllConnections();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  makeRoom = (id: string) => mkdir(join(this.dataDir, "rooms", id, "run"), { recursive: true });
  baseUrl = (path = "/v1") => `http://127.0.0.1:${this.providerPort}${path}`;

  grant = (over: Partial<HostInput<"grantModel">> = {}): void => {
    this.gateway.grant({
      roomId,
      turnId: "turn-1",
      token: "turn-token",
      provider: "anthropic",
      modelId: "claude-sonnet-4-5",
      baseUrl: this.baseUrl(),
      apiKey: KEY,
      budgetMicroUsd: null,
      ...over,
    });
  };

  /** A call as the engine forwards it. */
  call = (path: string, options: CallOptions = {}) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { body, headers, method = "POST", room = roomId } = options;
      const req = request(
        {
          socketPath: join(this.dataDir, "rooms", room, "run", "model.sock"),
          path,
          method,
          headers: {
            authorization: "Bearer turn-token",
            "content-type": "application/json",
            ...headers,
          },
        },
        resolve,
      );
      req.on("error", reject);
      req.end(method === "GET" ? undefined : bodyOf(body));
    });

  ask = async (path: string, options: CallOptions = {}) => {
    const res = await this.call(path, options);
    return { status: res.statusCode, headers: res.headers, body: await text(res) };
  };
}

type CallOptions = {
  body?: unknown;
  headers?: Record<string, string>;
  method?: string;
  room?: string;
};

const bodyOf = (body: unknown): string =>
  typeof body === "string"
    ? body
    : JSON.stringify(body ?? { model: "claude-sonnet-4-5", messages: [] });

/** For a test file: one kit, opened before each of its tests. */
export function openModelGateway(): ModelGatewayKit {
  const kit = new ModelGatewayKit();
  beforeEach(() => kit.open());
  afterEach(() => kit.close());
  return kit;
}

export const sse =
  (events: unknown[]): RequestListener =>
  (_req, res) => {
    res.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events)
      res.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
    res.end();
  };
