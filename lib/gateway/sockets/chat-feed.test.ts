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

test("whatever the order of appends, lost, doubled and late signals, with or without their events, the page gets each event once and in order", async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("append" as const), size: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ do: fc.constant("offer" as const), which: fc.nat({ max: 9 }) }),
    fc.record({ do: fc.constantFrom("wake" as const, "tick" as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat({ max: 3 }), async (todo, after) => {
      const log: ChatEvent[] = [];
      const batches: ChatEvent[][] = [];
      const got: number[] = [];
      const feed = new ChatFeed(
        after,
        async (cursor, limit) => {
          const batch = log.slice(cursor, cursor + limit);
          await tick();
          return batch;
        },
        async (text) => {
          for (const { seq } of JSON.parse(text) as ChatEvent[]) got.push(seq);
          await tick();
        },
        (error) => {
          throw error;
        },
        async () => undefined,
      );
      for (const one of todo) {
        if (one.do === "append") {
          const batch = Array.from({ length: one.size }, (_, i) => event(log.length + 1 + i));
          log.push(...batch);
          batches.push(batch);
        }
        if (one.do === "offer") {
          const batch = batches.at(-1 - one.which);
          if (batch) feed.offer(batch);
        }
        if (one.do === "wake") feed.wake();
        if (one.do === "tick") await tick();
      }
      feed.wake();
      const expected = log.slice(after).map(({ seq }) => seq);
      while (got.length < expected.length) await tick();
      for (let i = 0; i < 5; i += 1) await tick();
      expect(got).toEqual(expected);
    }),
  );
});

function offerable(after: number, log: ChatEvent[], mayRead: () => Promise<void>) {
  const seen = { reads: 0, got: [] as number[], failures: [] as unknown[] };
  const feed = new ChatFeed(
    after,
    async (cursor, limit) => {
      seen.reads += 1;
      return log.slice(cursor, cursor + limit);
    },
    async (text) => void seen.got.push(...(JSON.parse(text) as ChatEvent[]).map(({ seq }) => seq)),
    (error) => void seen.failures.push(error),
    mayRead,
  );
  return { feed, seen };
}

test("events that follow on what the page has are sent without reading the table; after a gap it is read", async () => {
  const log = Array.from({ length: 6 }, (_, i) => event(i + 1));
  const { feed, seen } = offerable(0, log, async () => undefined);
  feed.offer(log.slice(0, 2));
  feed.offer(log.slice(2, 3));
  for (let i = 0; i < 5; i += 1) await tick();
  expect(seen).toMatchObject({ reads: 0, got: [1, 2, 3] });
  feed.offer(log.slice(4, 5));
  for (let i = 0; i < 5; i += 1) await tick();
  expect(seen).toMatchObject({ reads: 1, got: [1, 2, 3, 4, 5, 6] });
  feed.offer(log.slice(3, 6));
  for (let i = 0; i < 5; i += 1) await tick();
  expect(seen).toMatchObject({ reads: 1, got: [1, 2, 3, 4, 5, 6] });
});

test("what is handed over is shown only to who may read the chat now", async () => {
  const log = [event(1)];
  const { feed, seen } = offerable(0, log, () => Promise.reject(new Error("no more")));
  feed.offer(log);
  for (let i = 0; i < 5; i += 1) await tick();
  expect(seen).toMatchObject({ got: [], failures: [new Error("no more")] });
});

test("a slow reader is never kept more than a hundred events in memory: the rest it reads", async () => {
  const log = Array.from({ length: 300 }, (_, i) => event(i + 1));
  const { feed, seen } = offerable(0, log, tick as () => Promise<void>);
  for (const one of log) feed.offer([one]);
  while (seen.got.length < log.length) await tick();
  expect(seen.got).toEqual(log.map(({ seq }) => seq));
  expect(seen.reads).toBeGreaterThan(0);
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
