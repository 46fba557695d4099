import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { EngineFrame } from "@/lib/protocol/engine";
import { Spool } from "./spool";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "spool-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const frame = (data: unknown) => ({ chatId: "ch", turnId: "trn", type: "engine/notice", data });
function readAll(spool: Spool, after = 0): EngineFrame[] {
  const reader = spool.read(after);
  const frames: EngineFrame[] = [];
  for (let line = reader.next(); line !== null; line = reader.next()) {
    frames.push(JSON.parse(line) as EngineFrame);
  }
  return frames;
}
const numbers = (spool: Spool, after = 0) =>
  readAll(spool, after).map(({ epoch, n }) => [epoch, n]);

describe("the spool", () => {
  it("numbers on after a restart of the engine, and drops the line that a kill has cut", () => {
    const first = new Spool(dir, 1);
    first.append(frame("a"));
    first.append(frame("b"));
    appendFileSync(join(dir, "1.ndjson"), '{"epoch":1,"n":3,"ts":"20');
    const second = new Spool(dir, 1);
    expect(numbers(second)).toEqual([
      [1, 1],
      [1, 2],
    ]);
    expect(second.append(frame("c")).n).toBe(3);
    expect(readAll(second).map(({ data }) => data)).toEqual(["a", "b", "c"]);
    expect(readFileSync(join(dir, "1.ndjson"), "utf8")).not.toContain('"ts":"20{');
  });

  it("gives what comes after a number, and then what is appended", () => {
    const spool = new Spool(dir, 1);
    for (const text of ["a", "b", "c"]) spool.append(frame(text));
    const reader = spool.read(2);
    expect(reader.next()).toContain('"n":3,');
    expect(reader.next()).toBeNull();
    spool.append(frame("d"));
    expect(reader.next()).toContain('"n":4,');
  });

  it("shrinks when everything is acknowledged, keeps its number, and its readers go on", () => {
    const spool = new Spool(dir, 1);
    const reader = spool.read(0);
    for (let i = 0; i < 40; i += 1) spool.append(frame("x".repeat(50_000)));
    while (reader.next() !== null);
    spool.acknowledge(39);
    expect(numbers(spool)).toHaveLength(40);
    spool.acknowledge(40);
    expect(numbers(spool)).toEqual([]);
    expect(readFileSync(join(dir, "1.ndjson")).length).toBeLessThan(100);
    expect(spool.append(frame("next")).n).toBe(41);
    expect(reader.next()).toContain('"n":41,');
    expect(new Spool(dir, 1).append(frame("after a restart")).n).toBe(42);
  });

  it("keeps the frames of an earlier epoch until their own last number is acknowledged", () => {
    const first = new Spool(dir, 1);
    first.append(frame("a"));
    first.append(frame("b"));
    const second = new Spool(dir, 2);
    second.append(frame("c"));
    expect(numbers(second)).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
    ]);
    second.acknowledge(2); // of epoch 2, which has one frame
    second.acknowledge(1, 1);
    expect(numbers(second)).toHaveLength(3);
    second.acknowledge(2, 1);
    expect(numbers(second)).toEqual([[2, 1]]);
    expect(existsSync(join(dir, "1.ndjson"))).toBe(false);
  });

  it("reads frames longer than its read buffer, and text of every language", () => {
    const spool = new Spool(dir, 1);
    const long = "ü€😀".repeat(50_000);
    spool.append(frame(long));
    expect(readAll(spool)[0]?.data).toBe(long);
  });
});
