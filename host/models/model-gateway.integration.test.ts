import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { newId } from "@/lib/ids";
import type { ModelProvider } from "@/lib/protocol/engine";
import { KEY, roomId, openModelGateway } from "@/test/host/model-gateway-kit";

const kit = openModelGateway();
const { grant, call, ask, baseUrl, makeRoom } = kit;

describe("the key", () => {
  test("is added to what goes out, and nothing of the room's identity goes with it", async () => {
    grant();
    kit.answer = (_req, res) => {
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
    const [sent] = kit.seen;
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
      expect(kit.seen.at(-1)).toMatchObject({ url, headers });
    }
  });
});

describe("a room", () => {
  test("without a running turn of its own gets nothing", async () => {
    expect(await ask("/model/messages")).toMatchObject({ status: 401 });
    grant();
    const other = newId("workroom");
    await makeRoom(other);
    kit.gateway.openRoom(other);
    // The token of one room, used in another.
    expect(await ask("/model/messages", { room: other })).toMatchObject({ status: 401 });
    expect(
      await ask("/model/messages", { headers: { authorization: "Bearer guess" } }),
    ).toMatchObject({ status: 401 });
    kit.gateway.revoke(roomId, "turn-1");
    expect(await ask("/model/messages")).toMatchObject({ status: 401 });
    expect(kit.seen).toEqual([]);
    kit.gateway.closeRoom(other);
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
    expect(kit.seen).toEqual([]);
    expect((await ask("/model/models", { method: "GET" })).status).toBe(200);
    expect(
      (
        await ask("/model/messages", {
          body: '{"model":"claude-opus-4-5","model":"claude-sonnet-4-5"}',
        })
      ).status,
    ).toBe(200);
    expect(kit.seen.at(-1)?.body).toBe('{"model":"claude-sonnet-4-5"}');
  });

  test("can't send more than the limit, announced or not, and is told so", async () => {
    grant();
    const announced = { "content-length": String(40 * 1_048_576) };
    const res = await call("/model/messages", { headers: announced, body: "" });
    expect(res.statusCode).toBe(413);
    const body = Buffer.alloc(33 * 1_048_576, " ").toString();
    const headers = { "transfer-encoding": "chunked" };
    expect((await ask("/model/messages", { headers, body })).status).toBe(413);
    expect(kit.seen).toEqual([]);
  });
});

describe("an answer", () => {
  test("reaches the room word by word, at once", async () => {
    grant();
    let finish = () => {};
    kit.answer = (_req, res) => {
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
    kit.answer = (req, res) => {
      closed.push(new Promise((resolve) => req.socket.once("close", () => resolve())));
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write("data: first\n\n");
    };
    const one = await call("/model/messages");
    kit.gateway.revoke(roomId, "turn-1");
    await expect(text(one)).rejects.toThrow("aborted");
    grant();
    const two = await call("/model/messages");
    two.destroy();
    await Promise.all(closed);
    expect(closed).toHaveLength(2);
  });
});
