import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cutPage, defineCursor } from "./cursor";

const cursor = defineCursor("things", z.tuple([z.string(), z.number().int()]));

describe("a cursor", () => {
  test("comes back as the place it was made of", () => {
    expect(cursor.read(cursor.write(["2026-01-02 03:04:05.678901+00", 7]))).toEqual([
      "2026-01-02 03:04:05.678901+00",
      7,
    ]);
    expect(cursor.read(undefined)).toBeNull();
  });

  test.each([
    ["nothing", ""],
    ["no base64", "%%%"],
    ["no JSON", Buffer.from("{").toString("base64url")],
    ["another list's", defineCursor("others", z.tuple([z.string(), z.number()])).write(["a", 1])],
    ["another shape", Buffer.from('{"list":"things","at":["a","1"]}').toString("base64url")],
    ["a deep nest", Buffer.from("[".repeat(370)).toString("base64url")],
  ])("is refused when it is %s", (_name, text) => {
    expect(() => cursor.read(text)).toThrow("cursor");
  });
});

const last = (row: number) => `after ${row}`;
test("a page of the limit leads on only when there is a row beyond it", () => {
  expect(cutPage([1, 2, 3], 2, last)).toEqual({ page: [1, 2], nextCursor: "after 2" });
  expect(cutPage([1, 2], 2, last)).toEqual({ page: [1, 2], nextCursor: null });
  expect(cutPage([], 2, last)).toEqual({ page: [], nextCursor: null });
});
