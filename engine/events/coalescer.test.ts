import type { SessionUpdate } from "@agentclientprotocol/sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { capFrame } from "./cap-frame";
import { Coalescer } from "./coalescer";

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const chunk = (
  text: string,
  kind: "agent_message_chunk" | "agent_thought_chunk" = "agent_message_chunk",
) => ({ sessionUpdate: kind, content: { type: "text", text } }) satisfies SessionUpdate;
const output = (text: string) =>
  ({
    sessionUpdate: "tool_call_update",
    toolCallId: "c",
    status: "in_progress",
    content: [{ type: "content", content: { type: "text", text } }],
  }) satisfies SessionUpdate;

function collect() {
  const sent: SessionUpdate[] = [];
  return { sent, coalescer: new Coalescer((update) => sent.push(update)) };
}

it("sends the first chunk at once and joins those of the next 50 ms", () => {
  const { sent, coalescer } = collect();
  coalescer.push(chunk("Hel"));
  expect(sent).toEqual([chunk("Hel")]);
  coalescer.push(chunk("lo "));
  coalescer.push(chunk("world"));
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(50);
  expect(sent).toEqual([chunk("Hel"), chunk("lo world")]);
});

it("never changes the order: another kind of update first sends what waits", () => {
  const { sent, coalescer } = collect();
  coalescer.push(chunk("a"));
  coalescer.push(chunk("b"));
  coalescer.push(chunk("c", "agent_thought_chunk"));
  coalescer.push({ sessionUpdate: "plan", entries: [] });
  expect(sent).toEqual([
    chunk("a"),
    chunk("b"),
    chunk("c", "agent_thought_chunk"),
    { sessionUpdate: "plan", entries: [] },
  ]);
});

it("of a command's live output sends the newest", () => {
  const { sent, coalescer } = collect();
  for (const text of ["1", "12", "123"]) coalescer.push(output(text));
  coalescer.flush();
  expect(sent).toEqual([output("1"), output("123")]);
});

it("joins no more than 32 KB into one frame", () => {
  const { sent, coalescer } = collect();
  for (let i = 0; i < 100; i += 1) coalescer.push(chunk("x".repeat(1_000)));
  coalescer.flush();
  const lengths = sent.map((update) => JSON.stringify(update).length);
  expect(Math.max(...lengths)).toBeLessThan(33_000);
  expect(sent.length).toBeLessThan(10);
});

it("cuts a body of any shape to a frame's size and leaves small ones untouched", () => {
  const small = { sessionUpdate: "plan", entries: [] };
  expect(capFrame(small)).toBe(small);
  const deep = { a: Array.from({ length: 5_000 }, () => ({ text: "y".repeat(2_000) })) };
  const keys = Object.fromEntries(Array.from({ length: 90_000 }, (_, i) => [`key${i}`, i]));
  for (const body of [
    deep,
    keys,
    { text: "z".repeat(5_000_000) },
    { toolCallId: "c", deep, keys },
  ]) {
    expect(JSON.stringify(capFrame(body)).length).toBeLessThan(300_000);
  }
});
