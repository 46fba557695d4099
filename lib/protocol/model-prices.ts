import type { ModelProvider } from "./engine";

/** Micro-dollars a token, which is the same number as dollars a million tokens. */
type Price = { input: number; output: number };

/** List prices by the start of the model's name; the longest that fits counts. */
const prices: Readonly<Record<string, Price>> = {
  "claude-opus-4": { input: 15, output: 75 },
  "claude-opus-4-5": { input: 5, output: 25 },
  "claude-opus-4-6": { input: 5, output: 25 },
  "claude-sonnet-4": { input: 3, output: 15 },
  "claude-haiku-4": { input: 1, output: 5 },
  "claude-3-7-sonnet": { input: 3, output: 15 },
  "claude-3-5-sonnet": { input: 3, output: 15 },
  "claude-3-5-haiku": { input: 0.8, output: 4 },
  "gpt-5": { input: 1.25, output: 10 },
  "gpt-5-mini": { input: 0.25, output: 2 },
  "gpt-5-nano": { input: 0.05, output: 0.4 },
  "gpt-5-pro": { input: 15, output: 120 },
  "gpt-4.1": { input: 2, output: 8 },
  "gpt-4.1-mini": { input: 0.4, output: 1.6 },
  "gpt-4.1-nano": { input: 0.1, output: 0.4 },
  "gpt-4o": { input: 2.5, output: 10 },
  "gpt-4o-mini": { input: 0.15, output: 0.6 },
  "gpt-4-turbo": { input: 10, output: 30 },
  o1: { input: 15, output: 60 },
  o3: { input: 2, output: 8 },
  "o3-pro": { input: 20, output: 80 },
  "o3-mini": { input: 1.1, output: 4.4 },
  "o4-mini": { input: 1.1, output: 4.4 },
  "gemini-3-pro": { input: 2, output: 12 },
  "gemini-2.5-pro": { input: 1.25, output: 10 },
  "gemini-2.5-flash": { input: 0.3, output: 2.5 },
  "gemini-2.5-flash-lite": { input: 0.1, output: 0.4 },
  "gemini-2.0-flash": { input: 0.1, output: 0.4 },
};
const names = Object.keys(prices).toSorted((a, b) => b.length - a.length);

/**
 * What a model costs that is not listed: as much as the dearest one of its provider; behind another address than a
 * provider's own, a price that few models exceed. Too high rather than too low, since a spend cap must hold.
 */
const assumed: Readonly<Record<ModelProvider, Price>> = {
  anthropic: { input: 15, output: 75 },
  openai: { input: 20, output: 120 },
  google: { input: 2, output: 12 },
  "openai-compatible": { input: 5, output: 25 },
};
const free: Price = { input: 0, output: 0 };

export type PricedModel = { provider: ModelProvider; modelId: string; baseUrl: string };

/**
 * Price of a model. `isEstimated`: it is not listed, and the price is assumed. A model on this machine or in its own
 * network that is not listed costs nothing.
 */
export function priceOf({ provider, modelId, baseUrl }: PricedModel): Price & {
  isEstimated: boolean;
} {
  // Sellers of many models put the maker in front: "anthropic/claude-sonnet-4.5".
  const name = modelId.slice(modelId.lastIndexOf("/") + 1).toLowerCase();
  const listed = prices[names.find((start) => name.startsWith(start)) ?? ""];
  if (listed) return { ...listed, isEstimated: false };
  if (provider === "openai-compatible" && isNearby(baseUrl)) return { ...free, isEstimated: false };
  return { ...assumed[provider], isEstimated: true };
}

const nearbyName = /^(?:[^.]+|.+\.(?:localhost|local|internal|lan|home\.arpa))$/;
const nearbyAddress =
  /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|\[(?:::1\]|f[cd]|fe80:))/;

function isNearby(baseUrl: string): boolean {
  const host = URL.parse(baseUrl)?.hostname ?? "";
  return nearbyAddress.test(host) || (nearbyName.test(host) && !host.startsWith("["));
}
