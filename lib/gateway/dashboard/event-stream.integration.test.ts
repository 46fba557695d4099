import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { inOrg, inSystem } from "@/lib/db/client";
import { apiKeys, orgMembers, sessions, workrooms, workroomShares } from "@/lib/db/schema";
import { appendChatEvents } from "@/lib/domain/chat/append-chat-events";
import { newId } from "@/lib/ids";
import { addKey } from "@/test/add-key";
import { ask } from "@/test/gateway/ask";
import { EventReader } from "@/test/gateway/event-reader";
import { type Person, startTestGateway, type TestGateway } from "@/test/gateway/start-gateway";

/** A second, with a little for a busy machine. */
const SECOND = 1_300;

let gateway: TestGateway;
let owner: Person;
let host: string;
const readers: EventReader[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await gateway.addPerson();
  host = new URL(gateway.appOrigin).host;
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});
afterAll(() => gateway.close());

const pathOf = (chatId: string) => `/api/v1/chats/${chatId}/events/stream`;

function read(chatId: string, headers: Record<string, string>, query = ""): EventReader {
  const reader = new EventReader(gateway.port, `${pathOf(chatId)}${query}`, { host, headers });
  readers.push(reader);
  return reader;
}

async function add(chatId: string, count: number, text = "x"): Promise<void> {
  const event = { type: "chat/notice", turnId: null, data: { text } } as const;
  const events = Array.from({ length: count }, () => event);
  await inOrg(gateway.ports.db, owner.orgId, (tx) => appendChatEvents(tx, owner, chatId, events));
  gateway.ports.bus.publish({ type: "chat", orgId: owner.orgId, chatId });
}
const seqs = (reader: EventReader, count: number) =>
  reader.until(count).then((events) => events.map(({ id }) => Number(id)));
const inDb = (work: Parameters<typeof inSystem<unknown>>[1]) => inSystem(gateway.ports.db, work);
const upTo = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("the stream of a chat's events", () => {
  test("tells what was, then what comes, each with its sequence number", async () => {
    const { chatId } = await gateway.addRoom(owner);
    await add(chatId, 3);
    const reader = read(chatId, { cookie: owner.cookie });
    expect(await reader.head).toMatchObject({
      status: 200,
      type: "text/event-stream; charset=utf-8",
    });
    expect(await seqs(reader, 3)).toEqual([1, 2, 3]);
    await add(chatId, 2);
    expect(await seqs(reader, 5)).toEqual([1, 2, 3, 4, 5]);
    expect(reader.events[4]?.data).toMatchObject({ seq: 5, chatId, type: "chat/notice" });
  });

  test("goes on without loss or doubles after every cut, while events keep coming", async () => {
    const { chatId } = await gateway.addRoom(owner);
    const seen: number[] = [];
    const writing = (async () => {
      for (let batch = 0; batch < 20; batch += 1) await add(chatId, 25, "y".repeat(2_000));
    })();
    while (seen.length < 500) {
      const last = seen.at(-1);
      const headers = { cookie: owner.cookie, ...(last && { "last-event-id": String(last) }) };
      const reader = read(chatId, headers, "?after=0");
      await reader.until(Math.min(70, 500 - seen.length));
      reader.close();
      seen.push(...reader.events.map(({ id }) => Number(id)));
    }
    await writing;
    expect(seen).toEqual(upTo(1, 500));
  });

  test("starts after the number in the address", async () => {
    const { chatId } = await gateway.addRoom(owner);
    await add(chatId, 5);
    expect(await seqs(read(chatId, { cookie: owner.cookie }, "?after=3"), 2)).toEqual([4, 5]);
  });

  test("a reader that stops taking for a while gets everything in the end", async () => {
    const { chatId } = await gateway.addRoom(owner);
    const reader = read(chatId, { cookie: owner.cookie });
    await reader.head;
    reader.pause();
    for (let batch = 0; batch < 10; batch += 1) await add(chatId, 20, "z".repeat(50_000));
    expect(reader.events.length).toBeLessThan(200);
    reader.goOn();
    expect(await seqs(reader, 200)).toEqual(upTo(1, 200));
  });

  test.each([
    ["nobody", {}, "", 401, "unauthenticated"],
    ["a bad key", { authorization: "Bearer wrk_x" }, "", 401, "unauthenticated"],
    ["a bad place", "owner", "?after=x", 400, "invalid_input"],
  ] as const)("%s gets a problem document", async (_name, who, query, status, code) => {
    const { chatId } = await gateway.addRoom(owner);
    const headers = who === "owner" ? { cookie: owner.cookie } : { ...who };
    const reader = read(chatId, headers, query);
    const head = await reader.head;
    expect(head).toMatchObject({ status, type: "application/problem+json" });
    expect(JSON.parse(await head.body)).toMatchObject({ code, status });
  });

  test("a foreign chat and a missing one answer alike; a key needs the scope", async () => {
    const { chatId } = await gateway.addRoom(owner);
    const stranger = await gateway.addPerson();
    const answers = [];
    for (const id of [chatId, newId("chat"), "x"])
      answers.push(
        await ask(gateway.port, pathOf(id), { host, headers: { cookie: stranger.cookie } }),
      );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(404);
    const { secret } = await addKey(gateway.ports, { ...owner, scopes: ["write"] });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await ask(gateway.port, pathOf(chatId), { host, headers })).status).toBe(403);
    const post = {
      host,
      headers: { cookie: owner.cookie, origin: gateway.appOrigin },
      method: "POST",
    };
    expect((await ask(gateway.port, pathOf(chatId), post)).status).toBe(405);
  });

  test("one key opens 50 at most, and another one when one of them was closed", async () => {
    const { chatId } = await gateway.addRoom(owner);
    const { secret } = await addKey(gateway.ports, { ...owner, scopes: ["read"] });
    const headers = { authorization: `Bearer ${secret}` };
    const open = Array.from({ length: 50 }, () => read(chatId, headers));
    for (const { head } of open) expect((await head).status).toBe(200);
    expect((await read(chatId, headers).head).status).toBe(429);
    open[0]?.close();
    await expect.poll(async () => (await read(chatId, headers).head).status).toBe(200);
  });

  test.each([
    ["the session is revoked", "unauthenticated"],
    ["the key is revoked", "unauthenticated"],
    ["the member is removed", "unauthenticated"],
    ["the share is taken back", "not_found"],
    ["the room is deleted", "not_found"],
  ])("ends within a second when %s, and says why", async (end, code) => {
    const { id: roomId, chatId } = await gateway.addRoom(owner);
    const reader = await gateway.addPerson({ orgId: owner.orgId, role: "member" });
    const createdBy = owner.userId;
    const share = { orgId: owner.orgId, workroomId: roomId, userId: reader.userId, createdBy };
    await inDb((tx) => tx.insert(workroomShares).values({ ...share, access: "view" }));
    const key = await addKey(gateway.ports, { ...reader, scopes: ["read"] });
    const bySession = { cookie: reader.cookie };
    const byKey = { authorization: `Bearer ${key.secret}` };
    const stream = read(chatId, end === "the key is revoked" ? byKey : bySession);
    expect((await stream.head).status).toBe(200);
    await add(chatId, 1);
    await stream.until(1);
    const startedAt = performance.now();
    const now = new Date();
    await inDb(async (tx) => {
      if (end === "the session is revoked")
        await tx.update(sessions).set({ revokedAt: now }).where(eq(sessions.id, reader.sessionId));
      if (end === "the key is revoked")
        await tx.update(apiKeys).set({ revokedAt: now }).where(eq(apiKeys.id, key.id));
      if (end === "the member is removed")
        await tx.delete(orgMembers).where(eq(orgMembers.userId, reader.userId));
      if (end === "the share is taken back")
        await tx.delete(workroomShares).where(eq(workroomShares.userId, reader.userId));
      if (end === "the room is deleted")
        await tx.update(workrooms).set({ deletedAt: now }).where(eq(workrooms.id, roomId));
    });
    await stream.closed;
    expect(performance.now() - startedAt).toBeLessThan(SECOND);
    expect(stream.events.at(-1)).toMatchObject({ event: "end", data: { code } });
  });
});

test("an API key uploads and downloads without an Origin, within its scopes", async () => {
  const { id } = await gateway.addRoom(owner);
  const path = `/api/v1/workrooms/${id}`;
  const { secret } = await addKey(gateway.ports, { ...owner, scopes: ["read", "write"] });
  const headers = { authorization: `Bearer ${secret}` };
  const upload = await ask(gateway.port, `${path}/upload?path=a.txt`, {
    host,
    method: "PUT",
    headers: { ...headers, cookie: "other=1", origin: "http://elsewhere.example" },
    body: "hello",
  });
  expect(upload.status).toBe(201);
  const download = await ask(gateway.port, `${path}/download?path=input/a.txt`, { host, headers });
  expect(download.text).toBe("hello");
  const reader = await addKey(gateway.ports, { ...owner, scopes: ["read"] });
  const refused = await ask(gateway.port, `${path}/upload?path=b.txt`, {
    host,
    method: "PUT",
    headers: { authorization: `Bearer ${reader.secret}` },
    body: "hello",
  });
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.text)).toMatchObject({ code: "forbidden" });
});
