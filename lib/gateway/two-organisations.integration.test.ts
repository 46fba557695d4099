import { afterAll, beforeAll, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { apps, orgMembers } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import type { LiveServerMessage } from "@/lib/protocol/live";
import { ask, TestSocket } from "@/test/gateway/ask";
import { type Person, startTestGateway, type TestGateway } from "@/test/gateway/start-gateway";

let gateway: TestGateway;
/** One person with one session, in the first organisation by birth and in the second as a guest. */
let [first, second]: Person[] = [];
let host: string;
const sockets: TestSocket[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  host = `workroom.localhost:${gateway.port}`;
  first = await gateway.addPerson();
  const { orgId } = await gateway.addPerson();
  await inSystem(gateway.db, (tx) =>
    tx.insert(orgMembers).values({ orgId, userId: first!.userId, role: "member" }),
  );
  second = { ...first, orgId };
});
afterAll(async () => {
  for (const { socket } of sockets) socket.terminate();
  await gateway.close();
});

test("files of a room come and go in whichever organisation the room is", async () => {
  for (const who of [first!, second!]) {
    const room = await gateway.addRoom(who);
    const route = (kind: string) => `/api/v1/workrooms/${room.id}/${kind}?path=input%2Fa.txt`;
    const headers = { cookie: who.cookie, origin: gateway.appOrigin };
    const sent = await ask(gateway.port, route("upload"), {
      host,
      method: "PUT",
      headers: { ...headers, "content-length": "5" },
      body: "hello",
    });
    expect(sent.status).toBe(201);
    const got = await ask(gateway.port, route("download"), { host, headers });
    expect([got.status, got.text]).toEqual([200, "hello"]);
  }
});

test("a room of an organisation that is not the person's is as missing as no room", async () => {
  const stranger = await gateway.addPerson();
  const { id } = await gateway.addRoom(stranger, { openness: "open" });
  const answers = await Promise.all(
    [id, newId("workroom")].map((roomId) =>
      ask(gateway.port, `/api/v1/workrooms/${roomId}/download?path=a.txt`, {
        host,
        headers: { cookie: first!.cookie },
      }),
    ),
  );
  const [foreign, missing] = answers.map(({ status, text }) => ({ status, text }));
  expect(foreign?.status).toBe(404);
  expect(foreign).toEqual(missing);
});

test("a private App leads its reader back from the App's own organisation, a stranger nowhere", async () => {
  const room = await gateway.addRoom(second!);
  const slug = `guest-app-${gateway.port}`;
  await inSystem(gateway.db, (tx) =>
    tx.insert(apps).values({
      id: newId("app"),
      orgId: second!.orgId,
      workroomId: room.id,
      slug,
      audience: "private",
      createdBy: second!.userId,
    }),
  );
  const open = async (cookie: string) =>
    ask(gateway.port, `/apps/open?slug=${slug}&to=%2F`, { host, headers: { cookie } });
  const answer = await open(first!.cookie);
  expect([answer.status, answer.headers.location]).toEqual([
    302,
    expect.stringContaining(`http://${slug}.apps.localhost`),
  ]);
  const stranger = await gateway.addPerson();
  const refused = await open(stranger.cookie);
  expect([refused.status, refused.headers.location]).toEqual([404, undefined]);
});

test("a live socket shows the rooms of its ticket's organisation, and no other's", async () => {
  const rooms = [await gateway.addRoom(first!), await gateway.addRoom(second!)];
  const live = await Promise.all(
    [first!, second!].map(async (who) => {
      const socket = new TestSocket(gateway.port, "/ws/live", host, { origin: gateway.appOrigin });
      sockets.push(socket);
      await socket.opened;
      socket.send({ type: "hello", ticket: await gateway.ticket(who, "live") });
      await socket.until((message: LiveServerMessage) => message.type === "ready");
      return socket;
    }),
  );
  // Each organisation is told of both rooms: the other one's is none of its business.
  for (const { orgId } of [first!, second!])
    for (const { id } of rooms)
      gateway.ports.bus.publish({ type: "workroom", orgId, workroomId: id });
  for (const [index, socket] of live.entries()) {
    const [own, other] = [rooms[index]!.id, rooms[1 - index]!.id];
    await socket.until((m: LiveServerMessage) => m.type === "workroom" && m.workroom.id === own);
    expect(JSON.stringify(socket.messages)).not.toContain(other);
  }
});
