import { Readable } from "node:stream";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listChanges } from "@/lib/domain/change/list-changes";
import { createChat } from "@/lib/domain/chat/create-chat";
import { listChats } from "@/lib/domain/chat/list-chats";
import { listQueue } from "@/lib/domain/chat/list-queue";
import { readEvents } from "@/lib/domain/chat/read-events";
import { sendMessage } from "@/lib/domain/chat/send-message";
import type { Context } from "@/lib/domain/context";
import { recordUpload } from "@/lib/domain/file/record-upload";
import { lookAtFiles } from "@/lib/domain/file/file-verbs";
import { filled } from "@/test/host/file-call";
import { listTurns } from "@/lib/domain/turn/list-turns";
import { stopChat } from "@/lib/domain/turn/stop-chat";
import { undoTurn } from "@/lib/domain/turn/undo-turn";
import { createWorkroom } from "@/lib/domain/workroom/create-workroom";
import { deleteWorkroom } from "@/lib/domain/workroom/delete-workroom";
import { runCommand } from "@/lib/domain/workroom/run-command";
import { sleepWorkroom } from "@/lib/domain/workroom/sleep-workroom";
import { viewWorkroom } from "@/lib/domain/workroom/view-workroom";
import { newId } from "@/lib/ids";
import type { WorkroomView } from "@/lib/protocol/views";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { makeRuntimeFolder, openSandboxes, type Sandboxes } from "@/test/sandbox/sandbox-fixture";

const TURN_MS = 45_000;
let runtimeDir: string;
let sandboxes: Sandboxes;
let installation: Installation;
let worker: { stop(): Promise<void> };
let ctx: Context;

beforeAll(async () => {
  runtimeDir = await makeRuntimeFolder("engine");
});
afterAll(() => rmSync(runtimeDir, { recursive: true, force: true }));
beforeEach(async () => {
  sandboxes = openSandboxes({ runtimeDir });
  installation = await openInstallation(sandboxes);
  worker = await installation.startWorker();
  ctx = await addPerson(installation.ports);
});
afterEach(async () => {
  await worker.stop();
  for (const { roomId } of await sandboxes.provisioner.list())
    await sandboxes.provisioner.destroy(roomId);
  for (const roomId of readdirSync(join(sandboxes.dataDir, "rooms")))
    if (roomId.startsWith("wr_")) await sandboxes.provisioner.destroy(roomId);
  await sandboxes.close();
  await installation.close();
});

const create = (): Promise<WorkroomView> =>
  createWorkroom.run(ctx, { isDraft: false }) as Promise<WorkroomView>;
const view = (id: string) => viewWorkroom(ctx, id);
const send = (chatId: string, text: string) =>
  sendMessage.run(ctx, { chatId, text, attachments: [], idempotencyKey: newId("request") });
const turnsOf = async (chatId: string) => (await listTurns.run(ctx, { chatId, limit: 100 })).turns;
const reach = async (id: string, state: WorkroomView["state"]) => {
  await expect
    .poll(async () => (await view(id)).state, { timeout: 30_000, interval: 50 })
    .toBe(state);
};
const finished = async (chatId: string, count: number) => {
  await expect
    .poll(async () => (await turnsOf(chatId)).filter((turn) => turn.undo !== "running").length, {
      timeout: TURN_MS,
      interval: 100,
    })
    .toBe(count);
};

describe("a room with the demo employee", () => {
  test("boots, checks its walls, does a turn on an uploaded table, and undoes it", async () => {
    const room = await create();
    const chatId = room.mainChatId;
    await reach(room.id, "active");
    const body = Readable.from([
      "date,region,revenue\n2026-01-01,North,10.5\n2026-02-01,South,20\n",
    ]);
    await ctx.host.writeFile(room.id, "input/sales.csv", body);
    await recordUpload(ctx, { workroomId: room.id, path: "input/sales.csv" });
    await send(chatId, "Build me a dashboard of these sales");
    await finished(chatId, 1);

    const [turn] = await turnsOf(chatId);
    expect(turn).toMatchObject({
      state: "done",
      undo: "available",
      employee: { isScripted: true },
    });
    const events = await readEvents(ctx, chatId, 0, 1_000);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    const types = new Set(events.map((event) => event.type));
    for (const type of [
      "chat/profile",
      "chat/message",
      "chat/turn",
      "tool_call",
      "chat/checkpoint",
    ])
      expect(types).toContain(type);
    expect((await view(room.id)).title).toBe("Build me a dashboard of these sales");
    expect((await view(room.id)).walls?.held).toBeGreaterThan(10);

    const output = () => lookAtFiles(ctx, room.id, "ls", filled("ls", { path: "output" }));
    expect((await output()).nodes.length).toBeGreaterThan(0);
    const { savedAt } = await listChanges.run(ctx, { workroomId: room.id, base: "turn" });
    expect(Date.parse(savedAt ?? "never")).toBeGreaterThanOrEqual(Date.parse(turn?.endedAt ?? ""));
    const filesMovedAt = async () =>
      (await listChats.run(ctx, { workroomId: room.id, limit: 100 })).chats[0]?.filesMovedAt ??
      "never";
    const movedByTurn = await filesMovedAt();
    expect(Date.parse(movedByTurn)).toBeGreaterThanOrEqual(Date.parse(turn?.endedAt ?? ""));
    const undone = await undoTurn.run(ctx, { turnId: turn!.id });
    expect(undone).toMatchObject({ kept: [], turn: { undo: "done" } });
    expect((await output()).nodes).toEqual([]);
    expect(Date.parse(await filesMovedAt())).toBeGreaterThan(Date.parse(movedByTurn));
  });

  test("sleeps with no process left, and a message wakes it and is answered", async () => {
    const room = await create();
    await reach(room.id, "active");
    await runCommand.run(ctx, {
      workroomId: room.id,
      command: "echo kept > output/note.txt",
      timeoutMs: 10_000,
    });
    await sleepWorkroom.run(ctx, { workroomId: room.id });
    await reach(room.id, "sleeping");
    expect((await ctx.host.call("list", {})).sandboxes).toEqual([]);
    const { nodes } = await lookAtFiles(ctx, room.id, "ls", filled("ls", { path: "output" }));
    expect(nodes.map((node) => node.name)).toEqual(["note.txt"]);
    await send(room.mainChatId, "What do you remember?");
    await finished(room.mainChatId, 1);
    expect((await view(room.id)).state).toBe("active");
  });

  test("a room that is killed in the middle of a turn comes back; the turn says interrupted; the queue goes on", async () => {
    const room = await create();
    const chatId = room.mainChatId;
    await reach(room.id, "active");
    await send(chatId, "Count to 20");
    await expect
      .poll(
        async () =>
          (await readEvents(ctx, chatId, 0, 500)).some((e) => e.type === "agent_message_chunk"),
        { timeout: TURN_MS },
      )
      .toBe(true);
    await send(chatId, "What do you remember?");
    expect((await listQueue.run(ctx, { chatId })).messages).toHaveLength(1);
    await sandboxes.provisioner.stop(room.id);
    await finished(chatId, 2);
    const [cut, next] = await turnsOf(chatId);
    expect(cut).toMatchObject({ state: "interrupted" });
    expect(cut!.message).toContain("ended");
    expect(next).toMatchObject({ state: "done" });
  });

  test("stop ends the turn that runs, and another chat of the room works on its own", async () => {
    const room = await create();
    await reach(room.id, "active");
    const other = await createChat.run(ctx, { workroomId: room.id, title: "Second" });
    await send(room.mainChatId, "Count to 20");
    await send(other.id, "What do you remember?");
    await finished(other.id, 1);
    await stopChat.run(ctx, { chatId: room.mainChatId });
    await finished(room.mainChatId, 1);
    expect((await turnsOf(room.mainChatId))[0]).toMatchObject({ state: "cancelled" });
  });

  test("a web that dies in the middle of a turn is replaced without a gap or a repeat", async () => {
    const room = await create();
    const chatId = room.mainChatId;
    await reach(room.id, "active");
    await send(chatId, "Count to 20");
    await expect
      .poll(async () => (await readEvents(ctx, chatId, 0, 500)).length, { timeout: TURN_MS })
      .toBeGreaterThan(4);
    await worker.stop();
    worker = await installation.startWorker();
    await finished(chatId, 1);
    const events = await readEvents(ctx, chatId, 0, 1_000);
    expect(events.filter((event) => event.type === "engine/turn_started")).toHaveLength(1);
    expect(events.filter((event) => event.type === "engine/turn_ended")).toHaveLength(1);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect(JSON.stringify(events)).toContain("18\\n19\\n20");
  });

  test("a deleted room leaves no process, no disk and no object", async () => {
    const room = await create();
    await reach(room.id, "active");
    await runCommand.run(ctx, { workroomId: room.id, command: "echo x > a", timeoutMs: 5_000 });
    await deleteWorkroom.run(ctx, { workroomId: room.id });
    await expect
      .poll(async () => (await ctx.host.call("list", {})).sandboxes, { timeout: 20_000 })
      .toEqual([]);
    await expect
      .poll(async () => ctx.store.list(`workrooms/${room.id}/`), { timeout: 20_000 })
      .toEqual([]);
    await expect(view(room.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
