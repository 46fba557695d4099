import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { chats, events, orgMembers, workrooms } from "@/lib/db/schema";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { newId } from "@/lib/ids";
import type { LiveServerMessage } from "@/lib/protocol/live";
import { TestSocket } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
let person: Person;
let room: { id: string; chatId: string };
const sockets: TestSocket[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  person = await gateway.addPerson();
  room = await gateway.addRoom(person);
});
afterAll(async () => {
  for (const socket of sockets) socket.socket.terminate();
  await gateway.close();
});

async function openLive(who: Person): Promise<TestSocket> {
  const host = `workroom.localhost:${gateway.port}`;
  const socket = new TestSocket(gateway.port, "/ws/live", host, { origin: gateway.appOrigin });
  sockets.push(socket);
  await socket.opened;
  socket.send({ type: "hello", ticket: await gateway.ticket(who, "live") });
  return socket;
}

const seqs = (socket: TestSocket, chatId: string) =>
  (socket.messages as LiveServerMessage[]).flatMap((message) =>
    message.type === "chat_events" && message.chatId === chatId
      ? message.events.map(({ seq }) => seq)
      : [],
  );
const hasAll = (socket: TestSocket, chatId: string, last: number) =>
  socket.until(() => seqs(socket, chatId).at(-1) === last);
const shows = (id: string) => (m: LiveServerMessage) =>
  m.type === "workroom" && m.workroom.id === id;
const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** Appends as the product does: numbered under the chat's lock, the signal after the commit. */
async function append(orgId: string, chatId: string, count: number, signal = true) {
  await inSystem(gateway.db, async (tx) => {
    const [chat] = await tx.select().from(chats).where(eq(chats.id, chatId)).for("update");
    const lastSeq = (chat?.lastSeq ?? 0) + count;
    await tx.insert(events).values(
      upTo(lastSeq - count + 1, lastSeq).map((seq) => ({
        chatId,
        seq,
        orgId,
        ts: new Date(),
        source: "chat" as const,
        type: "chat/notice",
        data: { level: "info", text: `n ${seq}` },
      })),
    );
    await tx.update(chats).set({ lastSeq }).where(eq(chats.id, chatId));
  });
  if (signal) gateway.ports.bus.publish({ type: "chat", orgId, chatId });
}

describe("a chat's log", () => {
  test("is replayed after the page's last event, then goes on live: nothing missing, nothing twice", async () => {
    const { chatId } = await gateway.addRoom(person);
    await append(person.orgId, chatId, 950);
    const socket = await openLive(person);
    socket.send({ type: "subscribe_chat", chatId, after: 40 });
    // Appends in the middle of the replay, in parallel, with doubled signals.
    await Promise.all(
      upTo(1, 20).map(async (n) => {
        await append(person.orgId, chatId, 3);
        if (n % 3 === 0) gateway.ports.bus.publish({ type: "chat", orgId: person.orgId, chatId });
      }),
    );
    await hasAll(socket, chatId, 1_010);
    expect(seqs(socket, chatId)).toEqual(upTo(41, 1_010));
  });

  test("goes on where the page was after its socket was cut", async () => {
    const { chatId } = await gateway.addRoom(person);
    await append(person.orgId, chatId, 5);
    const first = await openLive(person);
    first.send({ type: "subscribe_chat", chatId, after: 0 });
    await hasAll(first, chatId, 5);
    first.socket.terminate();
    await append(person.orgId, chatId, 5);
    const second = await openLive(person);
    second.send({ type: "subscribe_chat", chatId, after: 5 });
    await hasAll(second, chatId, 10);
    expect(seqs(second, chatId)).toEqual(upTo(6, 10));
  });

  test("of another person's private room is answered as missing, and tells nothing later", async () => {
    const stranger = await gateway.addPerson({ orgId: person.orgId, role: "admin" });
    const foreigner = await gateway.addPerson();
    for (const who of [stranger, foreigner]) {
      const socket = await openLive(who);
      socket.send({ type: "subscribe_chat", chatId: room.chatId, after: 0 });
      await socket.until((m: LiveServerMessage) => m.type === "error" && m.code === "not_found");
      await append(person.orgId, room.chatId, 1);
      socket.send({ type: "subscribe_chat", chatId: newId("chat"), after: 0 });
      await socket.until(() => socket.messages.length >= 3);
      expect(seqs(socket, room.chatId)).toEqual([]);
    }
  });
});

describe("rooms", () => {
  test("a changed room reaches those who may see it, and nobody else", async () => {
    const colleague = await gateway.addPerson({ orgId: person.orgId, role: "member" });
    const open = await gateway.addRoom(person, { openness: "open" });
    const mine = await openLive(person);
    const theirs = await openLive(colleague);
    const { orgId } = person;
    await Promise.all(
      [mine, theirs].map((s) => s.until((m: LiveServerMessage) => m.type === "ready")),
    );
    gateway.ports.bus.publish({ type: "workroom", orgId, workroomId: room.id });
    gateway.ports.bus.publish({ type: "workroom", orgId, workroomId: open.id });
    await mine.until(shows(room.id));
    await mine.until(shows(open.id));
    await theirs.until(shows(open.id));
    expect((theirs.messages as LiveServerMessage[]).filter(shows(room.id))).toEqual([]);
  });

  test("a deleted room is told to those who could see it", async () => {
    const colleague = await gateway.addPerson({ orgId: person.orgId, role: "member" });
    const gone = await gateway.addRoom(person);
    const open = await gateway.addRoom(person, { openness: "open" });
    const mine = await openLive(person);
    const theirs = await openLive(colleague);
    await Promise.all(
      [mine, theirs].map((s) => s.until((m: LiveServerMessage) => m.type === "ready")),
    );
    await inSystem(gateway.db, (tx) =>
      tx.update(workrooms).set({ deletedAt: new Date() }).where(eq(workrooms.id, gone.id)),
    );
    const { orgId } = person;
    gateway.ports.bus.publish({ type: "workroom", orgId, workroomId: gone.id });
    gateway.ports.bus.publish({ type: "workroom", orgId, workroomId: open.id });
    await mine.until(
      (m: LiveServerMessage) => m.type === "workroom_removed" && m.workroomId === gone.id,
    );
    await theirs.until((m: LiveServerMessage) => m.type === "workroom");
    expect(JSON.stringify(theirs.messages)).not.toContain(gone.id);
  });
});

describe("the end of a right", () => {
  test("a revoked session's sockets are closed within a second", async () => {
    const who = await gateway.addPerson();
    const socket = await openLive(who);
    await socket.until((m: LiveServerMessage) => m.type === "ready");
    const startedAt = performance.now();
    await revokeSession(gateway.ports, who.sessionId);
    expect((await socket.closed).code).toBe(4_401);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  test("a removed member's sockets are closed within a second", async () => {
    const who = await gateway.addPerson({ orgId: person.orgId, role: "member" });
    const socket = await openLive(who);
    await socket.until((m: LiveServerMessage) => m.type === "ready");
    await inSystem(gateway.db, (tx) =>
      tx.delete(orgMembers).where(eq(orgMembers.userId, who.userId)),
    );
    expect((await socket.closed).code).toBe(4_401);
  });
});

const openTerminal = async (who: Person, workroomId: string, ticketFor: string) => {
  const query = new URLSearchParams({
    workroomId,
    terminalId: newId("terminal"),
    cols: "90",
    rows: "30",
  });
  const host = `workroom.localhost:${gateway.port}`;
  const socket = new TestSocket(gateway.port, `/ws/terminal?${query}`, host, {
    origin: gateway.appOrigin,
  });
  sockets.push(socket);
  await socket.opened;
  socket.send({ ticket: await gateway.ticket(who, "terminal", ticketFor) });
  return socket;
};

describe("a terminal", () => {
  test("carries bytes both ways and its size, and ends when the page goes", async () => {
    const socket = await openTerminal(person, room.id, room.id);
    // Sent before the ticket was looked up: kept, in order.
    socket.socket.send(Buffer.from("echo "));
    socket.send({ type: "resize", cols: 100, rows: 40 });
    socket.socket.send(Buffer.from("hi\r"));
    await socket.until(() => socket.messages.join("") === "echo hi\r");
    const terminal = gateway.terminals.at(-1);
    expect(terminal?.sizes).toEqual(["90x30", "100x40"]);
    socket.socket.close();
    await socket.closed;
    await expect.poll(() => terminal?.isClosed).toBe(true);
  });

  test("opens for no stranger, no ticket of another room, and no sleeping room", async () => {
    const asleep = await gateway.addRoom(person, { isAsleep: true });
    const stranger = await gateway.addPerson({ orgId: person.orgId, role: "admin" });
    const opened = gateway.terminals.length;
    const codes = await Promise.all(
      [
        openTerminal(stranger, room.id, room.id),
        openTerminal(person, room.id, asleep.id),
        openTerminal(person, asleep.id, asleep.id),
      ].map(async (socket) => (await (await socket).closed).code),
    );
    expect(codes).toEqual([4_404, 4_401, 4_503]);
    expect(gateway.terminals).toHaveLength(opened);
  });

  test("is cut when its session is revoked", async () => {
    const who = await gateway.addPerson();
    const own = await gateway.addRoom(who);
    const socket = await openTerminal(who, own.id, own.id);
    socket.socket.send(Buffer.from("x"));
    await socket.until(() => socket.messages.length > 0);
    await revokeSession(gateway.ports, who.sessionId);
    expect((await socket.closed).code).toBe(4_401);
    await expect.poll(() => gateway.terminals.at(-1)?.isClosed).toBe(true);
  });
});
