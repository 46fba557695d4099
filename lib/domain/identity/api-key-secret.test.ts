import { expect, test } from "vitest";
import { hashApiKey, isApiKeySecret, newApiKeySecret } from "./api-key-secret";

test("a new key is known as one, and no two are alike", () => {
  const [one, two] = [newApiKeySecret(), newApiKeySecret()];
  expect(one).toMatch(/^wrk_[0-9a-z]{59}$/);
  expect(isApiKeySecret(one)).toBe(true);
  expect(hashApiKey(one)).not.toBe(hashApiKey(two));
});

test("every mistyped character, and a cut or longer key, is told without a look-up", () => {
  const key = newApiKeySecret();
  for (let at = 0; at < key.length; at += 1) {
    const other = key[at] === "7" ? "8" : "7";
    expect(isApiKeySecret(key.slice(0, at) + other + key.slice(at + 1))).toBe(false);
  }
  for (const text of ["", "wrk_", key.slice(1), key.slice(0, -1), `${key}0`, key.toUpperCase()])
    expect(isApiKeySecret(text)).toBe(false);
});
