import { mkdir, mkdtemp, rm, stat, symlink, unlink, writeFile, readFile } from "node:fs/promises";
import {
  createServer,
  type IncomingMessage,
  request,
  type RequestListener,
  type Server,
} from "node:http";
import { type AddressInfo, connect as connectSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import type { ModelProvider } from "@/lib/protocol/engine";
import type { HostEvent } from "@/lib/protocol/host";
import { createModelGateway, type ModelGateway } from "./model-gateway";

type Seen = { method: string; url: string; headers: IncomingMessage["headers"]; body: string };

const roomId = newId("workroom");
const KEY = "sk-real-key-of-the-organisation";
let dataDir: string;
let gateway: ModelGateway;
let usage: Extract<HostEvent["event"], { type: "model_usage" }>[];
let seen: Seen[];
let providerPort: number;
let answer: RequestListener;
let provider: Server;

const makeRoom = (id: string) => mkdir(join(dataDir, "rooms", id, "run"), { recursive: true });

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "models-"));
  seen = [];
  usage = [];
  answer = (_req, res) => res.end("{}");
  provider = createServer(async (req, res) => {
    const { method = "", url = "", headers } = req;
    seen.push({ method, url, headers, body: await text(req) });
    answer(req, res);
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  providerPort = (provider.address() as AddressInfo).port;
  gateway = createModelGateway({
    dataDir,
    allowedEndpoints: [`127.0.0.1:${providerPort}`],
    report: (event) => {
      if (event.type === "model_usage") usage.push(event);
    },
    log: createLog("test", "silent"),
  });
  await makeRoom(roomId);
  gateway.openRoom(roomId);
});
afterEach(async () => {
  gateway.closeRoom(roomId);
  provider.close();
  provider.closeAllConnections();
  await rm(dataDir, { recursive: true, force: true });
});

const baseUrl = (path = "/v1") => `http://127.0.0.1:${providerPort}${path}`;
function grant(
  over: {
    provider?: ModelProvider;
    modelId?: string;
    baseUrl?: string;
    budgetMicroUsd?: number | null;
    turnId?: string;
    token?: string;
    roomId?: string;
  } = {},
) {
  gateway.grant({
    roomId,
    turnId: "turn-1",
    token: "turn-token",
    provider: "anthropic",
    modelId: "claude-sonnet-4-5",
    baseUrl: baseUrl(),
    apiKey: KEY,
    budgetMicroUsd: null,
    ...over,
  });
}

/** A call as the engine forwards it. */
function call(
  path: string,
  options: {
    body?: unknown;
    headers?: Record<string, string>;
    method?: string;
    room?: string;
  } = {},
) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const { body, headers, method = "POST", room = roomId } = options;
    const req = request(
      {
        socketPath: join(dataDir, "rooms", room, "run", "model.sock"),
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
    req.end(
      method === "GET"
        ? undefined
        : typeof body === "string"
          ? body
          : JSON.stringify(body ?? { model: "claude-sonnet-4-5", messages: [] }),
    );
  });
}
async function ask(...args: Parameters<typeof call>) {
  const res = await call(...args);
  return { status: res.statusCode, headers: res.headers, body: await text(res) };
}
const sse =
  (events: unknown[]): RequestListener =>
  (_req, res) => {
    res.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events)
      res.write(`data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`);
    res.end();
  };

describe("the key", () => {
  test("is added to what goes out, and nothing of the room's identity goes with it", async () => {
    grant();
    answer = (_req, res) => {
      res.writeHead(200, {
        "content-type": "application/json",
        "set-cookie": "a=b",
        "request-id": "req_1",
      });
      res.end(JSON.stringify({ usage: { input_tokens: 10, output_tokens: 5 } }));
    };
    const headers = {
      "x-api-key": "turn-token",
      cookie: "session=1",
      "x-forwarded-for": "10.0.0.1",
      "x-secret": "1",
      "anthropic-beta": "tools",
    };
    const result = await ask("/model/messages", { headers });
    expect(result.status).toBe(200);
    expect(result.headers["request-id"]).toBe("req_1");
    expect(result.headers["set-cookie"]).toBeUndefined();
    const [sent] = seen;
    expect(sent).toMatchObject({
      method: "POST",
      url: "/v1/messages",
      headers: { "x-api-key": KEY, "anthropic-version": "2023-06-01", "anthropic-beta": "tools" },
    });
    expect(Object.keys(sent!.headers).toSorted()).toEqual([
      "accept-encoding",
      "anthropic-beta",
      "anthropic-version",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
      "x-api-key",
    ]);
    expect(JSON.stringify(sent)).not.toContain("turn-token");
    expect(JSON.stringify(result)).not.toContain(KEY);
  });

  test("goes where each provider wants it, under paths with and without a version", async () => {
    const cases: [ModelProvider, string, string, string, string, Record<string, string>][] = [
      ["anthropic", "", "/model/v1/messages", "m", "/v1/messages", { "x-api-key": KEY }],
      [
        "openai",
        "/v1",
        "/model/responses",
        "m",
        "/v1/responses",
        { authorization: `Bearer ${KEY}` },
      ],
      [
        "openai",
        "",
        "/v1/chat/completions",
        "m",
        "/v1/chat/completions",
        { authorization: `Bearer ${KEY}` },
      ],
      [
        "google",
        "/v1beta",
        "/model/models/m:streamGenerateContent?alt=sse&key=stolen",
        "m",
        "/v1beta/models/m:streamGenerateContent?alt=sse",
        { "x-goog-api-key": KEY },
      ],
      [
        "openai-compatible",
        "/api/openai/v1",
        "/model/chat/completions",
        "m",
        "/api/openai/v1/chat/completions",
        { authorization: `Bearer ${KEY}` },
      ],
    ];
    for (const [name, folder, path, modelId, url, headers] of cases) {
      grant({ provider: name, modelId, baseUrl: baseUrl(folder) });
      expect((await ask(path, { body: { model: modelId } })).status).toBe(200);
      expect(seen.at(-1)).toMatchObject({ url, headers });
    }
  });
});

describe("a room", () => {
  test("without a running turn of its own gets nothing", async () => {
    expect(await ask("/model/messages")).toMatchObject({ status: 401 });
    grant();
    const other = newId("workroom");
    await makeRoom(other);
    gateway.openRoom(other);
    // The token of one room, used in another.
    expect(await ask("/model/messages", { room: other })).toMatchObject({ status: 401 });
    expect(
      await ask("/model/messages", { headers: { authorization: "Bearer guess" } }),
    ).toMatchObject({ status: 401 });
    gateway.revoke(roomId, "turn-1");
    expect(await ask("/model/messages")).toMatchObject({ status: 401 });
    expect(seen).toEqual([]);
    gateway.closeRoom(other);
  });

  test("reaches the calls and the model of its turn only", async () => {
    grant();
    const body = { model: "claude-sonnet-4-5" };
    const refused: [string, { body?: unknown; method?: string }][] = [
      ["/model/messages", { body: { model: "claude-opus-4-5" } }],
      ["/model/messages", { body: {} }],
      ["/model/messages", { body: '{"model":"claude-sonnet-4-5","model":"claude-opus-4-5"}' }],
      ["/model/files", { body }],
      ["/model/../admin", { body }],
      ["/model/v1/organizations", { method: "GET" }],
      ["/model/messages/batches", { body }],
      ["/model/messages", { method: "PUT" }],
      ["/model/models/%2e%2e%2fadmin", { method: "GET" }],
      ["/", { method: "GET" }],
      ["/model/messages%2f..%2f..%2fadmin", { body }],
    ];
    for (const [path, options] of refused) expect((await ask(path, options)).status).toBe(403);
    for (const broken of ["", "text", "[]", "null", '"x"'])
      expect((await ask("/model/messages", { body: broken })).status).toBe(400);
    expect(seen).toEqual([]);
    expect((await ask("/model/models", { method: "GET" })).status).toBe(200);
    expect(
      (
        await ask("/model/messages", {
          body: '{"model":"claude-opus-4-5","model":"claude-sonnet-4-5"}',
        })
      ).status,
    ).toBe(200);
    expect(seen.at(-1)?.body).toBe('{"model":"claude-sonnet-4-5"}');
  });

  test("can't send more than the limit, announced or not, and is told so", async () => {
    grant();
    const announced = { "content-length": String(40 * 1_048_576) };
    const res = await call("/model/messages", { headers: announced, body: "" });
    expect(res.statusCode).toBe(413);
    const body = Buffer.alloc(33 * 1_048_576, " ").toString();
    const headers = { "transfer-encoding": "chunked" };
    expect((await ask("/model/messages", { headers, body })).status).toBe(413);
    expect(seen).toEqual([]);
  });
});

describe("what was used", () => {
  const call1 = { inputTokens: 100, outputTokens: 20 };
  const chat = { usage: { prompt_tokens: 100, completion_tokens: 20 } };
  const google = {
    usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 15, thoughtsTokenCount: 5 },
  };
  const cases: [string, ModelProvider, string, string, RequestListener][] = [
    [
      "Anthropic's stream",
      "anthropic",
      "/model/messages",
      "claude-sonnet-4-5",
      sse([
        {
          type: "message_start",
          message: { usage: { input_tokens: 60, cache_read_input_tokens: 40, output_tokens: 1 } },
        },
        { type: "content_block_delta", delta: { text: "usage" } },
        { type: "message_delta", usage: { output_tokens: 20 } },
        { type: "message_stop" },
      ]),
    ],
    [
      "Anthropic's whole answer",
      "anthropic",
      "/model/messages",
      "claude-sonnet-4-5",
      (_req, res) => res.end(JSON.stringify({ usage: { input_tokens: 100, output_tokens: 20 } })),
    ],
    [
      "OpenAI's responses",
      "openai",
      "/model/responses",
      "gpt-5",
      sse([
        { type: "response.created", response: { usage: null } },
        {
          type: "response.completed",
          response: { usage: { input_tokens: 100, output_tokens: 20 } },
        },
      ]),
    ],
    [
      "OpenAI's chat",
      "openai",
      "/model/chat/completions",
      "gpt-5",
      sse([{ choices: [], usage: null }, chat, "[DONE]"]),
    ],
    [
      "a compatible server",
      "openai-compatible",
      "/model/chat/completions",
      "llama",
      (_req, res) => res.end(JSON.stringify(chat)),
    ],
    [
      "Google's stream",
      "google",
      "/model/models/gemini-2.5-pro:streamGenerateContent?alt=sse",
      "gemini-2.5-pro",
      sse([{ usageMetadata: { promptTokenCount: 100 } }, google]),
    ],
    [
      "Google's list",
      "google",
      "/model/models/gemini-2.5-pro:streamGenerateContent",
      "gemini-2.5-pro",
      (_req, res) => res.end(JSON.stringify([{}, google])),
    ],
  ];
  test.each(cases)("is read out of %s", async (_name, name, path, modelId, listener) => {
    grant({ provider: name, modelId });
    answer = listener;
    expect((await ask(path, { body: { model: modelId, stream: true } })).status).toBe(200);
    expect(usage).toMatchObject([{ ...call1, turnId: "turn-1", provider: name, modelId }]);
    const prices: Record<string, number> = {
      "claude-sonnet-4-5": 600,
      "gpt-5": 325,
      "gemini-2.5-pro": 325,
      llama: 0,
    };
    expect(usage[0]?.costMicroUsd).toBe(prices[modelId]);
  });

  test("is asked for where OpenAI would not say it", async () => {
    grant({ provider: "openai", modelId: "gpt-5" });
    await ask("/model/chat/completions", { body: { model: "gpt-5", stream: true } });
    expect(JSON.parse(seen[0]!.body)).toMatchObject({ stream_options: { include_usage: true } });
  });

  test("is counted when the answer is cut off, and the cut reaches the room", async () => {
    grant();
    answer = (_req, res) => {
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write(
        `data: ${JSON.stringify({ message: { usage: { input_tokens: 50, output_tokens: 1 } } })}\n\n`,
      );
      for (let i = 0; i < 9; i += 1) res.write(`data: {"delta":"word ${i}"}\n\n`);
      setImmediate(() => res.destroy());
    };
    const res = await call("/model/messages");
    await expect(text(res)).rejects.toThrow("aborted");
    await expect.poll(() => usage).toMatchObject([{ inputTokens: 50, outputTokens: 10 }]);
  });

  test("of a refused call is nothing, and the provider's refusal comes through as it is", async () => {
    grant();
    for (const [status, type] of [
      [401, "authentication_error"],
      [429, "rate_limit_error"],
      [529, "overloaded_error"],
      [500, "api_error"],
      [400, "invalid_request_error"],
    ] as const) {
      answer = (_req, res) =>
        res
          .writeHead(status, { "content-type": "application/json", "retry-after": "7" })
          .end(JSON.stringify({ type: "error", error: { type, message: "plain words" } }));
      const result = await ask("/model/messages");
      expect(result).toMatchObject({ status, headers: { "retry-after": "7" } });
      expect(JSON.parse(result.body)).toMatchObject({ error: { type, message: "plain words" } });
    }
    expect(usage).toEqual([]);
  });

  test("survives broken and huge lines", async () => {
    grant();
    answer = sse(["{broken", `"${"x".repeat(9_000_000)}"`]);
    expect((await ask("/model/messages")).status).toBe(200);
    expect(usage).toHaveLength(1);
  });
});

describe("an answer", () => {
  test("reaches the room word by word, at once", async () => {
    grant();
    let finish = () => {};
    answer = (_req, res) => {
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write("data: first\n\n");
      finish = () => res.end("data: last\n\n");
    };
    const res = await call("/model/messages");
    const first = await new Promise<Buffer>((resolve) => res.once("data", resolve));
    // The provider is still speaking: the first word did not wait for the last.
    expect(first.toString()).toBe("data: first\n\n");
    finish();
    expect(await text(res)).toBe("data: last\n\n");
  });

  test("is broken off when the turn ends, and the provider's when the room goes away", async () => {
    grant();
    const closed: Promise<void>[] = [];
    answer = (req, res) => {
      closed.push(new Promise((resolve) => req.socket.once("close", () => resolve())));
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write("data: first\n\n");
    };
    const one = await call("/model/messages");
    gateway.revoke(roomId, "turn-1");
    await expect(text(one)).rejects.toThrow("aborted");
    grant();
    const two = await call("/model/messages");
    two.destroy();
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });
});

describe("a spend limit", () => {
  test("stops the next call, with words", async () => {
    grant({ budgetMicroUsd: 1_000 });
    answer = (_req, res) =>
      res.end(JSON.stringify({ usage: { input_tokens: 100, output_tokens: 50 } }));
    expect((await ask("/model/messages")).status).toBe(200);
    const second = await ask("/model/messages");
    expect(second.status).toBe(402);
    expect(JSON.parse(second.body)).toMatchObject({
      error: {
        type: "budget_exceeded",
        message: "The spend limit is reached, so the model was not asked.",
      },
    });
    expect(seen).toHaveLength(1);
    grant({ turnId: "turn-2", budgetMicroUsd: 0 });
    expect((await ask("/model/messages")).status).toBe(402);
  });

  test("counts the input of a call before it is made", async () => {
    grant({ budgetMicroUsd: 1_000 });
    const body = { model: "claude-sonnet-4-5", messages: "x".repeat(10_000) };
    expect((await ask("/model/messages", { body })).status).toBe(402);
    expect(seen).toEqual([]);
  });

  test("is not widened by granting the same turn once more", async () => {
    grant({ budgetMicroUsd: 1_000 });
    answer = (_req, res) =>
      res.end(JSON.stringify({ usage: { input_tokens: 1_000, output_tokens: 0 } }));
    await ask("/model/messages");
    grant({ budgetMicroUsd: 1_000 });
    expect((await ask("/model/messages")).status).toBe(402);
  });

  test("can be set anew while a call runs, and counts from then", async () => {
    grant({ budgetMicroUsd: 1_000 });
    let finish = () => {};
    answer = (_req, res) => {
      finish = () => res.end(JSON.stringify({ usage: { input_tokens: 1_000, output_tokens: 0 } }));
    };
    const running = ask("/model/messages");
    await expect.poll(() => seen).toHaveLength(1);
    grant({ budgetMicroUsd: 5_000 });
    finish();
    expect((await running).status).toBe(200);
    const next = ask("/model/messages");
    await expect.poll(() => seen).toHaveLength(2);
    finish();
    expect((await next).status).toBe(200);
    expect((await ask("/model/messages")).status).toBe(402);
  });

  test("holds for calls made at once: no more than a few run together", async () => {
    grant();
    const finish: (() => void)[] = [];
    answer = (_req, res) => finish.push(() => res.end("{}"));
    const calls = Array.from({ length: 9 }, () => ask("/model/messages"));
    const first = await Promise.race(calls);
    expect(first.status).toBe(429);
    await expect.poll(() => finish.length).toBe(8);
    for (const end of finish) end();
    expect((await Promise.all(calls)).filter(({ status }) => status === 200)).toHaveLength(8);
  });
});

describe("addresses", () => {
  test("that are private are not asked, however they are written", async () => {
    const hidden = [
      "127.0.0.1:1",
      "localhost:1",
      "[::1]:1",
      "[::ffff:127.0.0.1]:1",
      "2130706433:1",
      "0x7f000001:1",
      "0177.0.0.1:1",
      "169.254.169.254",
      "10.0.0.1",
      "192.168.1.1",
      "[fe80::1]",
      "0.0.0.0:1",
      "100.64.0.1",
    ];
    for (const host of hidden) {
      grant({ baseUrl: `http://${host}/v1` });
      const result = await ask("/model/messages");
      expect(result.status).toBe(502);
      expect(result.body).toContain("private address");
    }
    expect(seen).toEqual([]);
  });

  test("over plain http are asked only where the operator allowed them", async () => {
    grant({ baseUrl: "http://1.1.1.1/v1" });
    expect((await ask("/model/messages")).body).toContain("must be asked over https");
  });

  test("are never followed to another by a redirect", async () => {
    grant();
    answer = (_req, res) => res.writeHead(307, { location: "http://169.254.169.254/latest" }).end();
    expect(await ask("/model/messages")).toMatchObject({ status: 502 });
    expect(seen).toHaveLength(1);
  });

  test("that don't answer give a plain refusal", async () => {
    provider.close();
    provider.closeAllConnections();
    grant();
    const result = await ask("/model/messages");
    expect(result.status).toBe(502);
    expect(result.body).toContain("can't be reached");
  });
});

describe("the socket", () => {
  const path = () => join(dataDir, "rooms", roomId, "run", "model.sock");
  test("belongs to the host, is open to the folder's group only, and is made again when it was taken away", async () => {
    expect(((await stat(path())).mode & 0o777).toString(8)).toBe("660");
    await unlink(path());
    gateway.openRoom(roomId);
    expect((await ask("/model/messages")).status).toBe(401);
  });

  test("never replaces what a link in the folder leads to", async () => {
    gateway.closeRoom(roomId);
    const target = join(dataDir, "target");
    await writeFile(target, "mine");
    await rm(path(), { force: true });
    await symlink(target, path());
    gateway.openRoom(roomId);
    expect(await readFile(target, "utf8")).toBe("mine");
    expect((await ask("/model/messages")).status).toBe(401);
  });

  test("takes no part in request smuggling", async () => {
    grant();
    const raw = connectSocket(path());
    raw.on("error", () => undefined);
    raw.write(
      "POST /model/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer turn-token\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n",
    );
    expect(await text(raw)).toContain("400");
    expect(seen).toEqual([]);
  });
});
