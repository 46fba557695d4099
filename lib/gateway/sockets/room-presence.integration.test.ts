import { and, eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { presences } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { putShare } from "@/lib/domain/share/put-share";
import { removeShare } from "@/lib/domain/share/remove-share";
import { newId } from "@/lib/ids";
import type { LiveServerMessage } from "@/lib/protocol/live";
import { TestSocket } from "@/test/gateway/ask";
import { type Person, startTestGateway, type TestGateway } from "@/test/gateway/start-gateway";
import { sweepPresences } from "@/lib/worker/sweep-presences";

let gateway: TestGateway;
let ada: Person;
let ben: Person;
let stranger: Person;
let room: { id: string; chatId: string };
let sockets: TestSocket[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());
beforeEach(async () => {
  ada = await gateway.addPerson();
  ben = await gateway.addPerson({ orgId: ada.orgId, role: "member" });
  stranger = await gateway.addPerson({ orgId: ada.orgId, role: "member" });
  room = await gateway.addRoom(ada);
  await share("view");
});
afterEach(() => {
  for (const socket of sockets) socket.socket.terminate();
  sockets = [];
});

const as = (who: Person): Context => ({
  ...gateway.ports,
  orgId: who.orgId,
  actor: { kind: "user", userId: who.userId, role: "owner", sessionId: who.sessionId },
  requestId: newId("request"),
});
const share = (access: "view" | "edit") =>
  putShare.run(as(ada), { workroomId: room.id, subject: ben.userId, access });
const unshare = () => removeShare.run(as(ada), { workroomId: room.id, subject: ben.userId });

async function openLive(who: Person): Promise<TestSocket> {
  const host = `workroom.localhost:${gateway.port}`;
  const socket = new TestSocket(gateway.port, "/ws/live", host, { origin: gateway.appOrigin });
  sockets.push(socket);
  await socket.opened;
  socket.send({ type: "hello", ticket: await gateway.ticket(who, "live") });
  await socket.until((message: LiveServerMessage) => message.type === "ready");
  return socket;
}

const view = (socket: TestSocket, workroomId: string | null = room.id) =>
  socket.send({ type: "view_room", workroomId });
const shows = (...people: Person[]) => {
  const wanted = people.map(({ userId }) => userId).toSorted();
  return (message: LiveServerMessage) =>
    message.type === "presence" &&
    JSON.stringify(message.people.map(({ id }) => id).toSorted()) === JSON.stringify(wanted);
};
const isRemoved = (message: LiveServerMessage) =>
  message.type === "workroom_removed" && message.workroomId === room.id;
const rows = () =>
  inSystem(gateway.db, (tx) =>
    tx.$count(presences, and(eq(presences.workroomId, room.id), eq(presences.orgId, ada.orgId))),
  );

describe("who is in a room", () => {
  test("is told to everybody in it: who comes, once for all their pages, and who goes", async () => {
    const adas = await openLive(ada);
    view(adas);
    await adas.until(shows(ada));
    const [first, second] = [await openLive(ben), await openLive(ben)];
    view(first);
    view(second);
    await adas.until(shows(ada, ben));
    await first.until(shows(ada, ben));
    adas.messages.length = 0;
    view(first, null);
    second.socket.close();
    await adas.until(shows(ada));
    await expect.poll(rows).toBe(1);
  });

  test("is not told of a room that a person may not see, and they count as present in none", async () => {
    const socket = await openLive(stranger);
    view(socket);
    view(socket, null);
    const adas = await openLive(ada);
    view(adas);
    await adas.until(shows(ada));
    expect(await rows()).toBe(1);
    expect(
      socket.messages.filter((message) => (message as LiveServerMessage).type === "presence"),
    ).toEqual([]);
  });

  test("forgets a socket whose process died without a word", async () => {
    const adas = await openLive(ada);
    const long = new Date(Date.now() - 61_000);
    const dead = { socketId: newId("socket"), orgId: ada.orgId, workroomId: room.id };
    await inSystem(gateway.db, (tx) =>
      tx.insert(presences).values({ ...dead, userId: ben.userId, seenAt: long }),
    );
    view(adas);
    await adas.until(shows(ada));
    expect(await rows()).toBe(2);
    await sweepPresences(gateway.ports);
    expect(await rows()).toBe(1);
  });
});

describe("a share that is taken back", () => {
  test("is told to the page that shows the room and to other pages of that person, within a second, and to no stranger", async () => {
    const [inRoom, elsewhere, other] = [
      await openLive(ben),
      await openLive(ben),
      await openLive(stranger),
    ];
    view(inRoom);
    await inRoom.until(shows(ben));
    const startedAt = performance.now();
    await unshare();
    await Promise.all([inRoom.until(isRemoved), elsewhere.until(isRemoved)]);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await expect.poll(rows).toBe(0);
    view(inRoom);
    await share("view");
    await inRoom.until((message: LiveServerMessage) => message.type === "workroom");
    expect(other.messages.filter((message) => isRemoved(message as LiveServerMessage))).toEqual([]);
  });
});
