import { expect, test } from "vitest";
import { createGlobMatcher } from "./glob-matcher";

test.each([
  ["*.csv", ["a.csv", ".csv"], ["a/b.csv", "a.csv2"]],
  ["**/*.csv", ["a.csv", "a/b.csv", "a/b/c.csv"], ["a.txt"]],
  ["src/**", ["src/a", "src/a/b"], ["src", "srcs/a"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "ab"]],
  ["?", ["a", "😀"], ["ab", "/"]],
  ["{a,b{c,d}}?.md", ["a1.md", "bc1.md"], ["b1.md"]],
  ["[a-c]x[!0-9]", ["axb", "cx-"], ["dxb", "ax1", "ax/"]],
  ["\\*", ["*"], ["a"]],
  ["a.b+c(d)|e", ["a.b+c(d)|e"], ["axb+c(d)|e"]],
  ["[", ["["], ["a"]],
])("%s fits %j and not %j", (glob, fitting, others) => {
  const fits = createGlobMatcher(glob);
  expect(fitting.filter((path) => !fits(path))).toEqual([]);
  expect(others.filter((path) => fits(path))).toEqual([]);
});

test("a pattern that is no pattern is refused by name", () => {
  expect(() => createGlobMatcher("{a")).toThrow("can't be used");
});

test("a pattern made to take for ever takes no longer than others", () => {
  const fits = createGlobMatcher(`${"*a".repeat(40)}b`);
  const startedAt = performance.now();
  expect(fits("a".repeat(4_000))).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
