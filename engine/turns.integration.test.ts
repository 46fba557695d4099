import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildTestRuntime, ROOM_ID, spokenText, TestEngine } from "../test/engine/start-engine";

let runtime: string;
let engine: TestEngine;

beforeAll(async () => {
  runtime = await buildTestRuntime();
  engine = await TestEngine.start(runtime);
});
afterAll(async () => {
  await engine.stop();
  rmSync(runtime, { recursive: true, force: true });
});

describe("turns", () => {
  it("streams a turn as numbered frames without a gap, from its start to one end", async () => {
    const frames = await engine.run(engine.turn("hello"));
    expect(frames.map(({ n }) => n)).toEqual(frames.map((_, index) => index + 1));
    expect(frames[0]?.type).toBe("engine/turn_started");
    expect(frames.at(-1)?.data).toMatchObject({ reason: "done", message: null });
    expect(frames.filter(({ type }) => type === "engine/turn_ended")).toHaveLength(1);
    expect(spokenText(frames)).toContain("I am the demo employee");
    expect((await engine.client.health(ROOM_ID)).epoch).toBe(1);
  });
});
