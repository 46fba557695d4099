import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChatEvent } from "@/lib/protocol/events";
import { ChatFeed } from "./chat-feed";

const event = (seq: number, bytes = 10): ChatEvent => ({
  seq,
  ts: "2026-01-01T00:00:00Z",
  chatId: "ch",
  turnId: null,
  source: "chat",
  type: "chat/notice",
  data: "x".repeat(bytes),
});
const tick = () => new Promise((resolve) => setImmediate(resolve));

test("whatever the order of appends, lost and doubled signals, the page gets each event once and in order", async () => {
  const steps = fc.array(
    fc.oneof(fc.constant("append"), fc.constant("wake"), fc.constant("tick")),
    {
      maxLength: 60,
    },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (todo) => {
      const log: ChatEvent[] = [];
      const got: number[] = [];
      const feed = new ChatFeed(
        0,
        async (after, limit) => {
          const batch = log.slice(after, after + limit);
          await tick();
          return batch;
        },
        async (text) => {
          for (const { seq } of JSON.parse(text) as ChatEvent[]) got.push(seq);
        },
        (error) => {
          throw error;
        },
      );
      for (const step of todo) {
        if (step === "append") log.push(event(log.length + 1));
        if (step === "wake") feed.wake();
        if (step === "tick") await tick();
      }
      feed.wake();
      while (got.length < log.length) await tick();
      await tick();
      expect(got).toEqual(log.map(({ seq }) => seq));
    }),
  );
});

test("a slow reader holds back the reading: at most one batch waits", async () => {
  const log = Array.from({ length: 5_000 }, (_, i) => event(i + 1));
  let reads = 0;
  const held: (() => void)[] = [];
  const feed = new ChatFeed(
    0,
    async (after, limit) => {
      reads += 1;
      return log.slice(after, after + limit);
    },
    () =>
      new Promise((resolve) => {
        held.push(resolve);
      }),
    () => {},
  );
  feed.wake();
  for (let i = 0; i < 20; i += 1) await tick();
  expect(reads).toBe(1);
  held.pop()?.();
  for (let i = 0; i < 20; i += 1) await tick();
  expect(reads).toBe(2);
});

test("heavy events make smaller batches", async () => {
  const log = Array.from({ length: 600 }, (_, i) => event(i + 1, 20_000));
  const sizes: number[] = [];
  let got = 0;
  const feed = new ChatFeed(
    0,
    async (after, limit) => log.slice(after, after + limit),
    async (text) => {
      const batch = JSON.parse(text) as ChatEvent[];
      sizes.push(batch.length);
      got += batch.length;
    },
    () => {},
  );
  feed.wake();
  while (got < log.length) await tick();
  expect(sizes[0]).toBe(200);
  expect(sizes[1]).toBe(50);
});

test("a feed that was closed in the middle of a read sends nothing more", async () => {
  const sent: string[] = [];
  const feed = new ChatFeed(
    0,
    async () => {
      await tick();
      return [event(1)];
    },
    async (text) => void sent.push(text),
    () => {},
  );
  feed.wake();
  feed.close();
  for (let i = 0; i < 5; i += 1) await tick();
  expect(sent).toEqual([]);
});
