import { expect, test } from "vitest";
import { priceOf } from "./model-prices";

const near = "http://127.0.0.1:11434/v1";
const far = "https://models.example/v1";
const compatible = "openai-compatible" as const;

test("a listed model has its own price, the longest name that fits, also behind a seller's prefix", () => {
  const listed = { input: 0.25, output: 2, isEstimated: false };
  expect(priceOf({ provider: "openai", modelId: "gpt-5-mini-2026", baseUrl: far })).toEqual(listed);
  expect(priceOf({ provider: compatible, modelId: "openai/GPT-5-mini", baseUrl: far })).toEqual(
    listed,
  );
});

test("a model that is not listed costs at least as much as the dearest of its provider", () => {
  const unknown = (provider: "anthropic" | "openai" | "google") =>
    priceOf({ provider, modelId: "brand-new", baseUrl: far });
  const dearest = {
    anthropic: "claude-opus-4",
    openai: "gpt-5-pro",
    google: "gemini-3-pro",
  } as const;
  for (const provider of ["anthropic", "openai", "google"] as const) {
    const known = priceOf({ provider, modelId: dearest[provider], baseUrl: far });
    expect(known.isEstimated).toBe(false);
    expect(unknown(provider).isEstimated).toBe(true);
    expect(unknown(provider).input).toBeGreaterThanOrEqual(known.input);
    expect(unknown(provider).output).toBeGreaterThanOrEqual(known.output);
  }
});

test("behind another address an unknown model has the assumed price, and none on this machine or near it", () => {
  const at = (baseUrl: string) => priceOf({ provider: compatible, modelId: "llama-9", baseUrl });
  expect(at(far)).toEqual({ input: 5, output: 25, isEstimated: true });
  const nearby = [
    near,
    "http://localhost:1/v1",
    "http://gpu/v1",
    "http://ai.lan/v1",
    "http://10.1.2.3/v1",
  ];
  for (const url of [
    ...nearby,
    "http://[::1]:80/v1",
    "http://172.20.0.1/v1",
    "http://[fd00::1]/v1",
  ])
    expect([url, at(url)]).toEqual([url, { input: 0, output: 0, isEstimated: false }]);
  for (const url of [
    "http://172.32.0.1/v1",
    "http://11.0.0.1/v1",
    "http://[2001:db8::1]/v1",
    "no address",
  ])
    expect([url, at(url).isEstimated]).toEqual([url, true]);
});
