import { priceOf, type PricedModel } from "@/lib/protocol/model-prices";

/** Tokens of one call. Cached tokens are priced as others: an upper bound, but for writes to Anthropic's cache. */
export type Tokens = { input: number; output: number; cacheWrite: number };

const CACHE_WRITE_SURCHARGE = 0.25;

/** Cost of a call in whole micro-dollars, rounded up. `isEstimated`: the model's price is an assumed one. */
export function costOf(
  model: PricedModel,
  tokens: Tokens,
): { microUsd: number; isEstimated: boolean } {
  const { input, output, isEstimated } = priceOf(model);
  const billed = tokens.input + tokens.cacheWrite * CACHE_WRITE_SURCHARGE;
  return { microUsd: Math.ceil(billed * input + tokens.output * output), isEstimated };
}
