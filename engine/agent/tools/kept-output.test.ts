import { expect, test } from "vitest";
import { KeptOutput } from "./kept-output";

const keep = (...parts: string[]) => {
  const kept = new KeptOutput();
  for (const part of parts) kept.add(Buffer.from(part));
  return kept;
};

test("short output is kept as it is, for the model and for people", () => {
  const kept = keep("one\n", "two\n");
  expect([kept.text(), kept.shown(), kept.last(4)]).toEqual(["one\ntwo\n", "one\ntwo\n", "two\n"]);
});

test("a model sees the ends of a long output, a person all of it, and both are told what is missing", () => {
  const middle = "m".repeat(100_000);
  const kept = keep("begin ", middle, " end");
  expect(kept.shown()).toBe(`begin ${middle} end`);
  expect(kept.text()).toMatch(/^begin m+\n… \[70,010 characters left out\]\nm+ end$/);
  expect(kept.text().length).toBeLessThan(30_100);
});

test("endless output stays bounded, with its beginning, its end and the exact number left out", () => {
  const kept = new KeptOutput();
  kept.add(Buffer.from("begin "));
  for (let i = 0; i < 1_000; i += 1) kept.add(Buffer.from("x".repeat(10_000)));
  kept.add(Buffer.from(" end"));
  const shown = kept.shown();
  expect(shown).toMatch(/^begin x+\n… \[9,840,010 characters left out\]\nx+ end$/);
  expect(shown.length).toBeLessThan(160_100);
});
