import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { EngineConfig, EngineFrame } from "@/lib/protocol/engine";
import { TurnEnded } from "@/lib/protocol/events";
import { buildTestRuntime, ROOM_ID, spokenText, TestEngine } from "../test/engine/start-engine";

let runtime: string;

beforeAll(async () => {
  runtime = await buildTestRuntime();
});
afterAll(() => rmSync(runtime, { recursive: true, force: true }));

async function startEngine(config: Partial<EngineConfig> = {}): Promise<TestEngine> {
  const engine = await TestEngine.start(runtime, config);
  onTestFinished(() => engine.stop());
  return engine;
}
const rudeAgent = {
  agentCommand: [
    process.execPath,
    join(import.meta.dirname, "../test/engine/agents/rude-agent.mjs"),
  ],
  cancelGraceMs: 200,
};
const endOf = (frames: EngineFrame[]) => TurnEnded.parse(frames.at(-1)?.data);
const isEnd = (frame: EngineFrame) => frame.type === "engine/turn_ended";

describe("a turn", () => {
  it("is a run of numbered frames without a gap, from its start to one end", async () => {
    const engine = await startEngine();
    const frames = await engine.run(engine.turn("hello"));
    expect(frames.map(({ n }) => n)).toEqual(frames.map((_, index) => index + 1));
    expect(frames[0]?.type).toBe("engine/turn_started");
    expect(frames.filter(isEnd)).toHaveLength(1);
    expect(endOf(frames)).toMatchObject({ reason: "done", message: null });
    expect(spokenText(frames)).toContain("I am the demo employee");
  });

  it("keeps every chunk in order before its end, however fast they come", async () => {
    const engine = await startEngine(rudeAgent);
    const frames = await engine.run(engine.turn("order"));
    const expected = Array.from({ length: 2_000 }, (_, index) => `${index} `).join("");
    expect(spokenText(frames)).toBe(expected);
    expect(frames.length).toBeLessThan(200);
  });

  it("is accepted once: the same turn again changes nothing, another one of the chat is refused", async () => {
    const engine = await startEngine();
    const turn = engine.turn("count to 2");
    await engine.client.startTurn(ROOM_ID, turn);
    await engine.client.startTurn(ROOM_ID, turn);
    await expect(engine.client.startTurn(ROOM_ID, engine.turn("hello"))).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await engine.client.runningTurns(ROOM_ID)).toEqual([turn.turnId]);
    const other = engine.turn("hello", { chatId: "ch_other" });
    await engine.client.startTurn(ROOM_ID, other);
    const frames = await engine.frames((frame) => isEnd(frame) && frame.turnId === turn.turnId);
    expect(frames.filter((frame) => frame.type === "engine/turn_started")).toHaveLength(2);
    await engine.client.startTurn(ROOM_ID, turn);
    expect(await engine.client.runningTurns(ROOM_ID)).toEqual([]);
  });

  it("that is cancelled stops its command and ends as cancelled", async () => {
    const engine = await startEngine();
    const turn = engine.turn("count to 60");
    await engine.client.startTurn(ROOM_ID, turn);
    const isCounting = (frame: EngineFrame) => JSON.stringify(frame.data).includes('"1\\n');
    await engine.frames(isCounting);
    await engine.client.cancelTurn(ROOM_ID, turn.turnId);
    const frames = await engine.frames(isEnd);
    expect(endOf(frames).reason).toBe("cancelled");
    const calls = frames.filter((frame) => frame.type === "tool_call_update");
    expect(calls.at(-1)?.data).toMatchObject({ status: "failed" });
    const gone = `for i in $(seq 60); do pgrep -P "$(pgrep -P ${engine.pid} -f agent.cjs)" || exit 0; sleep 0.05; done; exit 1`;
    expect((await engine.exec(gone)).exitCode).toBe(0);
    const next = await engine.run(engine.turn("what do you remember?"));
    expect(spokenText(next)).toContain("count to 60");
  });

  it("that its agent never ends is killed after the grace, and by the watchdog", async () => {
    const engine = await startEngine(rudeAgent);
    const stuck = engine.turn("hang");
    await engine.client.startTurn(ROOM_ID, stuck);
    await engine.frames((frame) => frame.type === "tool_call");
    await engine.client.cancelTurn(ROOM_ID, stuck.turnId);
    const frames = await engine.frames(isEnd);
    expect(endOf(frames).reason).toBe("cancelled");
    expect(frames.at(-2)?.data).toMatchObject({ toolCallId: "c2", status: "failed" });
    const watched = await engine.run(engine.turn("hang", { timeoutMs: 300 }));
    expect(endOf(watched)).toMatchObject({ reason: "limit" });
    expect(endOf(watched).message).toMatch(/took longer than/);
  });

  it("whose agent dies, prints garbage or answers nonsense fails in plain words, and the next one runs", async () => {
    const engine = await startEngine(rudeAgent);
    for (const deed of ["exit", "garbage", "bad-answer"]) {
      const frames = await engine.run(engine.turn(deed));
      expect(endOf(frames).reason).toBe("failed");
      expect(endOf(frames).message).toMatch(/^The employee stopped unexpectedly/);
    }
    const exit = await engine.run(engine.turn("exit"));
    expect(spokenText(exit)).toBe("half a sentence");
    expect(exit.at(-2)?.data).toMatchObject({ toolCallId: "c1", status: "failed" });
    expect(endOf(await engine.run(engine.turn("order"))).reason).toBe("done");
  });

  it("that floods 100 MB is stopped, and its spool stays bounded", async () => {
    const engine = await startEngine(rudeAgent);
    const frames = await engine.run(engine.turn("flood"));
    expect(endOf(frames)).toMatchObject({ reason: "limit" });
    expect(spokenText(frames).length).toBeLessThan(18_000_000);
  });

  it("sends a huge body cut to fit its frame", async () => {
    const engine = await startEngine(rudeAgent);
    const frames = await engine.run(engine.turn("huge"));
    const huge = frames.find((frame) => frame.type === "tool_call");
    expect(huge?.data).toMatchObject({ toolCallId: "c3", title: "Huge", status: "completed" });
    expect(JSON.stringify(huge).length).toBeLessThan(300_000);
  });
});

describe("a kill of the engine", () => {
  async function cutTurn(engine: TestEngine) {
    const turn = engine.turn("count to 60");
    await engine.client.startTurn(ROOM_ID, turn);
    const seen = await engine.frames((frame) => JSON.stringify(frame.data).includes('"1\\n'));
    await engine.kill();
    return { turn, last: seen.at(-1)?.n ?? 0 };
  }

  it("ends the cut turn as interrupted, closes its calls, and numbers on", async () => {
    const engine = await startEngine();
    const { turn, last } = await cutTurn(engine);
    await engine.launch(1);
    const frames = await engine.frames(isEnd);
    expect(frames.map(({ n }) => n)).toEqual(frames.map((_, index) => index + 1));
    expect(frames.length).toBeGreaterThan(last);
    expect(endOf(frames).reason).toBe("interrupted");
    expect(frames.at(-2)?.data).toMatchObject({ status: "failed" });
    await engine.client.startTurn(ROOM_ID, turn); // accepted before: not run again
    expect(await engine.client.runningTurns(ROOM_ID)).toEqual([]);
  });

  it("loses no frame of the earlier epoch: they come first, with their own numbers, until acknowledged", async () => {
    const engine = await startEngine();
    await cutTurn(engine);
    await engine.launch(2);
    const frames = await engine.frames(isEnd);
    const earlier = frames.filter(({ epoch }) => epoch === 1);
    expect(earlier[0]).toMatchObject({ n: 1, type: "engine/turn_started" });
    expect(frames.slice(earlier.length).map(({ epoch, n }) => [epoch, n])).toEqual([
      [2, 1],
      [2, 2],
    ]);
    await engine.acknowledge(earlier.length);
    const again = await engine.frames(isEnd);
    expect(again.every(({ epoch }) => epoch === 2)).toBe(true);
  });

  it("leaves a chat that remembers: the session is loaded by the next turn", async () => {
    const engine = await startEngine();
    const { turn } = await cutTurn(engine);
    await engine.launch(2);
    const started = await engine.frames((frame) => frame.type === "engine/agent_session");
    const agentSessionId = (started.at(-1)!.data as { agentSessionId: string }).agentSessionId;
    const frames = await engine.run(engine.turn("what do you remember?", { agentSessionId }));
    expect(spokenText(frames)).toContain(turn.text);
    expect(frames.some((frame) => frame.type === "engine/agent_session")).toBe(false);
  });

  it("with a lost session starts a new one from the history it is given", async () => {
    const engine = await startEngine();
    const frames = await engine.run(
      engine.turn("what do you remember?", {
        agentSessionId: "00000000-0000-4000-8000-000000000000",
        history: [
          { role: "user", text: "paint it green" },
          { role: "assistant", text: "It is green." },
        ],
      }),
    );
    expect(spokenText(frames)).toContain("paint it green");
    expect(frames.some((frame) => frame.type === "engine/agent_session")).toBe(true);
  });
});
