import { expect, test } from "vitest";
import { RateLimiter } from "./rate-limit";

test("a caller gets the whole quota at once, then one call a refill, and is told how long to wait", () => {
  let now = 0;
  const limiter = new RateLimiter(() => now);
  const headers = new Headers();
  for (let call = 0; call < 30; call += 1) limiter.count("key_a", "run", 1, headers);
  expect(headers.get("ratelimit-policy")).toBe('"run";q=30;w=60');
  expect(headers.get("ratelimit")).toBe('"run";r=0;t=60');
  let refusal: unknown;
  try {
    limiter.count("key_a", "run", 1, headers);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).toMatchObject({ code: "rate_limited", details: { retryAfterSeconds: 2 } });
  now += 2_000;
  limiter.count("key_a", "run", 1, headers);
  expect(() => limiter.count("key_a", "run", 1, headers)).toThrow("Too many calls");
});

test("callers and kinds of calls are counted apart, and the operator's factor holds", () => {
  const limiter = new RateLimiter(() => 0);
  const headers = new Headers();
  limiter.count("key_a", "run", 1 / 30, headers);
  expect(() => limiter.count("key_a", "run", 1 / 30, headers)).toThrow("1 a minute");
  limiter.count("key_b", "run", 1 / 30, headers);
  limiter.count("key_a", "change", 2, headers);
  expect(headers.get("ratelimit")).toBe('"change";r=239;t=1');
});
