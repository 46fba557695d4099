/**
 * List prices in micro-dollars a token (the same number as dollars a million tokens), by the start of the model's name;
 * the longest that fits counts. A model that is not listed costs nothing here, its tokens are counted all the same.
 */
const prices: Record<string, { input: number; output: number }> = {
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
  o3: { input: 2, output: 8 },
  "o4-mini": { input: 1.1, output: 4.4 },
  "gemini-3-pro": { input: 2, output: 12 },
  "gemini-2.5-pro": { input: 1.25, output: 10 },
  "gemini-2.5-flash": { input: 0.3, output: 2.5 },
  "gemini-2.5-flash-lite": { input: 0.1, output: 0.4 },
  "gemini-2.0-flash": { input: 0.1, output: 0.4 },
};
const names = Object.keys(prices).toSorted((a, b) => b.length - a.length);
const free = { input: 0, output: 0 };

/** Tokens of one call. Cached tokens are priced as others: an upper bound, but for writes to Anthropic's cache. */
export type Tokens = { input: number; output: number; cacheWrite: number };

const CACHE_WRITE_SURCHARGE = 0.25;

/** Cost of a call in whole micro-dollars, rounded up. */
export function costOf(modelId: string, tokens: Tokens): number {
  const name = names.find((start) => modelId.startsWith(start));
  const { input, output } = (name && prices[name]) || free;
  const billed = tokens.input + tokens.cacheWrite * CACHE_WRITE_SURCHARGE;
  return Math.ceil(billed * input + tokens.output * output);
}
