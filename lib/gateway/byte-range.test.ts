import { expect, test } from "vitest";
import { readRange } from "./byte-range";

test.each([
  ["bytes=0-", { kind: "part", start: 0, end: 9 }],
  ["bytes=2-4", { kind: "part", start: 2, end: 4 }],
  ["bytes=2-400", { kind: "part", start: 2, end: 9 }],
  ["bytes=-3", { kind: "part", start: 7, end: 9 }],
  ["bytes=-300", { kind: "part", start: 0, end: 9 }],
  ["bytes=10-", { kind: "unsatisfiable" }],
  ["bytes=-0", { kind: "unsatisfiable" }],
  ["bytes=4-2", { kind: "whole" }],
  ["bytes=0-1,3-4", { kind: "whole" }],
  ["items=0-1", { kind: "whole" }],
  [undefined, { kind: "whole" }],
])("of 10 bytes, %s asks for %o", (header, wanted) =>
  expect(readRange(header, 10)).toEqual(wanted),
);
