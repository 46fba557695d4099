import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { chats, turns, workrooms } from "@/lib/db/schema";
import type { EngineFrame } from "@/lib/protocol/engine";
import type { ChatEvent } from "@/lib/protocol/events";
import { newId } from "@/lib/ids";
import { rootOf, storePrefix } from "@/lib/workspace/object-keys";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { readEvents } from "../chat/read-events";
import { readEventBody } from "../chat/read-event-body";
import type { Context } from "../context";
import { deleteWorkroom } from "../workroom/delete-workroom";
import { reconcileWorkroom } from "../workroom/reconcile-workroom";
import { createWorkroom } from "../workroom/create-workroom";
import { appendFrames } from "./append-frames";

let installation: Installation;
let ctx: Context;
let roomId: string;
let chatId: string;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-frames-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
  });
  ctx = await addPerson(installation.ports);
});
afterAll(() => installation.close());
beforeEach(async () => {
  const room = await createWorkroom.run(ctx, { isDraft: false });
  [roomId, chatId] = [room.id, room.mainChatId];
  await setRoom({ state: "active", epoch: 3 });
});

const setRoom = (change: Partial<typeof workrooms.$inferInsert>) =>
  inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(workrooms).set(change).where(eq(workrooms.id, roomId)),
  );
const frame = (n: number, change: Partial<EngineFrame> = {}): EngineFrame => ({
  epoch: 3,
  n,
  ts: "2026-01-01T00:00:00Z",
  chatId,
  turnId: null,
  type: "agent_message_chunk",
  data: { content: { type: "text", text: `${n}` } },
  ...change,
});
const log = async () =>
  (await readEvents(ctx, chatId, 0, 1_000)).map(({ seq, data }) => [
    seq,
    (data as { content: { text: string } }).content.text,
  ]);

const bodies = () => ctx.store.list(`${storePrefix(rootOf({ id: roomId, root: null }))}/body/`);

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000);

async function startTurn(): Promise<string> {
  const id = newId("turn");
  const rest = { orgId: ctx.orgId, chatId, workroomId: roomId, messageId: "m", epoch: 3 };
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.insert(turns).values({ id, ...rest, employeeLabel: "Demo" }),
  );
  return id;
}

describe("appendFrames", () => {
  test("numbers frames without a gap and takes none twice, however often they come", async () => {
    await appendFrames(ctx, roomId, 3, [frame(1), frame(2)]);
    await appendFrames(ctx, roomId, 3, [frame(1), frame(2), frame(3)]);
    await appendFrames(ctx, roomId, 3, [frame(3)]);
    expect(await log()).toEqual([
      [1, "1"],
      [2, "2"],
      [3, "3"],
    ]);
  });

  test("two webs that take in the same frames at once store them once", async () => {
    const frames = Array.from({ length: 50 }, (_, index) => frame(index + 1));
    await Promise.all([1, 2, 3, 4].map(() => appendFrames(ctx, roomId, 3, frames)));
    expect((await log()).map(([seq]) => seq)).toEqual(frames.map(({ n }) => n));
  });

  test("the last frames of an earlier life come before those of this one, and never after", async () => {
    await setRoom({ frameEpoch: 2, frameN: 7 });
    const earlier = (n: number) => frame(n, { epoch: 2, data: { content: { text: `old ${n}` } } });
    await appendFrames(ctx, roomId, 2, [earlier(7), earlier(8)]);
    await appendFrames(ctx, roomId, 3, [frame(1)]);
    await appendFrames(ctx, roomId, 2, [earlier(9)]);
    expect(await log()).toEqual([
      [1, "old 8"],
      [2, "1"],
    ]);
  });

  test("a room can't write into the chat or end the turn of another room", async () => {
    const [victimChat, victimTurn] = [chatId, await startTurn()];
    const mine = await createWorkroom.run(ctx, { isDraft: false });
    await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx.update(workrooms).set({ state: "active", epoch: 3 }).where(eq(workrooms.id, mine.id)),
    );
    const end = { reason: "failed", message: null, inputTokens: null, outputTokens: null };
    await appendFrames(ctx, mine.id, 3, [
      frame(1, { chatId: victimChat }),
      frame(2, { chatId: victimChat, turnId: victimTurn, type: "engine/turn_ended", data: end }),
      frame(3, {
        chatId: victimChat,
        type: "engine/agent_session",
        data: { agentSessionId: "stolen" },
      }),
    ]);
    expect(await log()).toEqual([]);
    const [turn, chat] = await inOrg(ctx.db, ctx.orgId, async (tx) => [
      (await tx.select().from(turns).where(eq(turns.id, victimTurn)))[0],
      (await tx.select().from(chats).where(eq(chats.id, victimChat)))[0],
    ]);
    expect(turn).toMatchObject({ state: "running" });
    expect(chat).toMatchObject({ agentSessionId: null });
  });

  test("what PostgreSQL can't store is cleaned, and what is too long is cut with a mark", async () => {
    const text = `a\0b\uD800c${"x".repeat(100_000)}`;
    await appendFrames(ctx, roomId, 3, [frame(1, { data: { content: { text } } })]);
    const [[, stored] = []] = await log();
    expect(stored).toMatch(/^ab\uFFFDcx+\n… [\d,]+ characters are left out …\nx+$/);
    expect(String(stored).length).toBeLessThan(20_000);
  });

  test("what was cut is kept whole in the store, can be read by those who see the chat, and goes with the room", async () => {
    const text = `start ${"x".repeat(200_000)} end`;
    const data = {
      toolCallId: "c",
      content: [{ type: "content", content: { type: "text", text } }],
    };
    await appendFrames(ctx, roomId, 3, [frame(1), frame(2, { type: "tool_call_update", data })]);
    await appendFrames(ctx, roomId, 3, [frame(2, { type: "tool_call_update", data }), frame(3)]);
    const events = await readEvents(ctx, chatId, 0, 10);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(JSON.stringify(events[1]?.data).length).toBeLessThan(33_000);
    expect(events[1]?.data).toMatchObject({ toolCallId: "c", _meta: { wholeBody: { n: 2 } } });
    const read = (seq: number, by = ctx) => readEventBody.run(by, { chatId, seq });
    expect(await read(2)).toEqual({ data });
    expect(await read(1)).toEqual({ data: frame(1).data });
    await expect(read(4)).rejects.toMatchObject({ code: "not_found" });
    const stranger = await addPerson(installation.ports);
    await expect(read(2, stranger)).rejects.toMatchObject({ code: "not_found" });
    expect(await bodies()).toHaveLength(1);

    await deleteWorkroom.run(ctx, { workroomId: roomId });
    await reconcileWorkroom(ctx, roomId);
    expect(await bodies()).toEqual([]);
    await appendFrames(ctx, roomId, 3, [frame(4, { type: "tool_call_update", data })]);
    expect(await bodies()).toEqual([]);
  });

  test("short bodies cost no write to the store, and a room fills no more than its share of it", async () => {
    await appendFrames(ctx, roomId, 3, [frame(1)]);
    expect(await bodies()).toEqual([]);
    const data = { content: { text: "x".repeat(1_000_000) } };
    const frames = Array.from({ length: 70 }, (_, index) => frame(index + 2, { data }));
    await appendFrames(ctx, roomId, 3, frames);
    expect((await bodies()).length).toBe(67);
    expect(await log()).toHaveLength(71);
  });

  test("a body that names another place in the store is written nowhere else, and read from nowhere else", async () => {
    const data = { text: "x".repeat(50_000) };
    await appendFrames(ctx, roomId, 3, [frame(1, { chatId: "../../other", data })]);
    expect(await bodies()).toEqual([]);
    const forged = { _meta: { wholeBody: { epoch: 9, n: 9, bytes: 1 } }, text: "mine" };
    await appendFrames(ctx, roomId, 3, [frame(2, { data: forged })]);
    expect(await readEventBody.run(ctx, { chatId, seq: 1 })).toEqual({ data: forged });
  });

  test("the first end of a turn counts; a second one changes nothing", async () => {
    const turnId = await startTurn();
    const end = (n: number, reason: string) =>
      frame(n, {
        turnId,
        type: "engine/turn_ended",
        data: { reason, message: null, inputTokens: 5, outputTokens: null },
      });
    await appendFrames(ctx, roomId, 3, [end(1, "done")]);
    await appendFrames(ctx, roomId, 3, [end(2, "failed")]);
    const [turn] = await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx.select().from(turns).where(eq(turns.id, turnId)),
    );
    expect(turn).toMatchObject({ state: "done", inputTokens: 5, outputTokens: 0 });
    const events = await readEvents(ctx, chatId, 0, 10);
    expect(events.map(({ type }) => type)).toEqual([
      "engine/turn_ended",
      "chat/turn",
      "engine/turn_ended",
    ]);
  });

  test("frames say every ten seconds that the room is active, and the end of a turn says it at once", async () => {
    const lastActive = async () => {
      const mine = eq(workrooms.id, roomId);
      const [room] = await inOrg(ctx.db, ctx.orgId, (tx) =>
        tx.select().from(workrooms).where(mine),
      );
      return room?.lastActiveAt ?? new Date(0);
    };
    const [recent, stale] = [ago(5), ago(11)];
    await setRoom({ lastActiveAt: stale });
    await appendFrames(ctx, roomId, 3, [frame(1)]);
    expect((await lastActive()).getTime()).toBeGreaterThan(stale.getTime() + 10_000);
    await setRoom({ lastActiveAt: recent });
    await appendFrames(ctx, roomId, 3, [frame(2)]);
    await appendFrames(ctx, roomId, 3, [frame(4), frame(3)]);
    expect(await lastActive()).toEqual(recent);
    const data = { reason: "cancelled", message: null, inputTokens: null, outputTokens: null };
    const turnId = await startTurn();
    await appendFrames(ctx, roomId, 3, [frame(5, { turnId, type: "engine/turn_ended", data })]);
    expect((await lastActive()).getTime()).toBeGreaterThan(recent.getTime() + 4_000);
  });

  test("frames of a deleted room are not taken", async () => {
    expect(await appendFrames(ctx, newId("workroom"), 3, [frame(1)])).toBe(false);
  });
});

test("what is handed to the pages is what the table has, row by row; known and foreign frames are not in it", async () => {
  const turnId = newId("turn");
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.insert(turns).values({
      id: turnId,
      orgId: ctx.orgId,
      workroomId: roomId,
      chatId,
      messageId: newId("message"),
      employeeLabel: "Demo",
      epoch: 3,
    }),
  );
  const handed: ChatEvent[] = [];
  const stop = ctx.bus.subscribe((signal) => {
    if (signal.type === "chat" && signal.chatId === chatId) handed.push(...(signal.events ?? []));
  });
  await appendFrames(ctx, roomId, 3, [frame(1), frame(2, { turnId })]);
  await appendFrames(ctx, roomId, 3, [
    frame(2, { turnId }),
    frame(3, { turnId: "trn_foreign", ts: "2026-01-01T00:00:00.123456Z", data: undefined }),
    frame(4, { chatId: "ch_foreign" }),
    frame(5, { turnId, data: { text: "a\u0000b\ud800", z: 1, a: [1.5, null] } }),
  ]);
  stop();
  expect(handed.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  expect(handed).toEqual(await readEvents(ctx, chatId, 0, 100));
});

test("frames that a room has numbered out of order are read from the table, not handed over", async () => {
  const signals: unknown[] = [];
  const stop = ctx.bus.subscribe((signal) => signal.type === "chat" && signals.push(signal));
  await appendFrames(ctx, roomId, 3, [frame(2), frame(1), frame(2)]);
  stop();
  expect(signals).toEqual([{ type: "chat", orgId: ctx.orgId, chatId }]);
  expect(await log()).toHaveLength(3);
});
