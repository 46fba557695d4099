import { type RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import type { ModelProvider } from "@/lib/protocol/engine";
import { openModelGateway, sse } from "@/test/host/model-gateway-kit";

const kit = openModelGateway();
const { grant, call, ask } = kit;

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
    kit.answer = listener;
    expect((await ask(path, { body: { model: modelId, stream: true } })).status).toBe(200);
    const known = { turnId: "turn-1", provider: name, modelId, isEstimated: false };
    expect(kit.usage).toMatchObject([{ ...call1, ...known }]);
    const prices: Record<string, number> = {
      "claude-sonnet-4-5": 600,
      "gpt-5": 325,
      "gemini-2.5-pro": 325,
      llama: 0,
    };
    expect(kit.usage[0]?.costMicroUsd).toBe(prices[modelId]);
  });

  test("is asked for where OpenAI would not say it", async () => {
    grant({ provider: "openai", modelId: "gpt-5" });
    await ask("/model/chat/completions", { body: { model: "gpt-5", stream: true } });
    expect(JSON.parse(kit.seen[0]!.body)).toMatchObject({
      stream_options: { include_usage: true },
    });
  });

  test("is counted when the answer is cut off, and the cut reaches the room", async () => {
    grant();
    kit.answer = (_req, res) => {
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write(
        `data: ${JSON.stringify({ message: { usage: { input_tokens: 50, output_tokens: 1 } } })}\n\n`,
      );
      for (let i = 0; i < 9; i += 1) res.write(`data: {"delta":"word ${i}"}\n\n`);
      setImmediate(() => res.destroy());
    };
    const res = await call("/model/messages");
    await expect(text(res)).rejects.toThrow("aborted");
    await expect.poll(() => kit.usage).toMatchObject([{ inputTokens: 50, outputTokens: 10 }]);
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
      kit.answer = (_req, res) =>
        res
          .writeHead(status, { "content-type": "application/json", "retry-after": "7" })
          .end(JSON.stringify({ type: "error", error: { type, message: "plain words" } }));
      const result = await ask("/model/messages");
      expect(result).toMatchObject({ status, headers: { "retry-after": "7" } });
      expect(JSON.parse(result.body)).toMatchObject({ error: { type, message: "plain words" } });
    }
    expect(kit.usage).toEqual([]);
  });

  test("survives broken and huge lines", async () => {
    grant();
    kit.answer = sse(["{broken", `"${"x".repeat(9_000_000)}"`]);
    expect((await ask("/model/messages")).status).toBe(200);
    expect(kit.usage).toHaveLength(1);
  });
});

describe("a spend limit", () => {
  test("stops the next call, with words", async () => {
    grant({ budgetMicroUsd: 1_000 });
    kit.answer = (_req, res) =>
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
    expect(kit.seen).toHaveLength(1);
    grant({ turnId: "turn-2", budgetMicroUsd: 0 });
    expect((await ask("/model/messages")).status).toBe(402);
  });

  test("holds for a model whose price is not known, at the dearest price of its provider", async () => {
    const model = "claude-of-tomorrow";
    grant({ modelId: model, budgetMicroUsd: 5_000 });
    kit.answer = (_req, res) =>
      res.end(JSON.stringify({ usage: { input_tokens: 100, output_tokens: 50 } }));
    const body = { model, messages: [] };
    expect((await ask("/model/messages", { body })).status).toBe(200);
    expect(kit.usage).toMatchObject([{ costMicroUsd: 100 * 15 + 50 * 75, isEstimated: true }]);
    expect((await ask("/model/messages", { body })).status).toBe(402);
  });

  test("counts the input of a call before it is made", async () => {
    grant({ budgetMicroUsd: 1_000 });
    const body = { model: "claude-sonnet-4-5", messages: "x".repeat(10_000) };
    expect((await ask("/model/messages", { body })).status).toBe(402);
    expect(kit.seen).toEqual([]);
  });

  test("is not widened by granting the same turn once more", async () => {
    grant({ budgetMicroUsd: 1_000 });
    kit.answer = (_req, res) =>
      res.end(JSON.stringify({ usage: { input_tokens: 1_000, output_tokens: 0 } }));
    await ask("/model/messages");
    grant({ budgetMicroUsd: 1_000 });
    expect((await ask("/model/messages")).status).toBe(402);
  });

  test("can be set anew while a call runs, and counts from then", async () => {
    grant({ budgetMicroUsd: 1_000 });
    let finish = () => {};
    kit.answer = (_req, res) => {
      finish = () => res.end(JSON.stringify({ usage: { input_tokens: 1_000, output_tokens: 0 } }));
    };
    const running = ask("/model/messages");
    await expect.poll(() => kit.seen).toHaveLength(1);
    grant({ budgetMicroUsd: 5_000 });
    finish();
    expect((await running).status).toBe(200);
    const next = ask("/model/messages");
    await expect.poll(() => kit.seen).toHaveLength(2);
    finish();
    expect((await next).status).toBe(200);
    expect((await ask("/model/messages")).status).toBe(402);
  });

  test("holds for calls made at once: no more than a few run together", async () => {
    grant();
    const finish: (() => void)[] = [];
    kit.answer = (_req, res) => finish.push(() => res.end("{}"));
    const calls = Array.from({ length: 9 }, () => ask("/model/messages"));
    const first = await Promise.race(calls);
    expect(first.status).toBe(429);
    await expect.poll(() => finish.length).toBe(8);
    for (const end of finish) end();
    expect((await Promise.all(calls)).filter(({ status }) => status === 200)).toHaveLength(8);
  });
});
