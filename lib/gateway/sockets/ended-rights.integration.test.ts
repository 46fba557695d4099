import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { createServer, request as httpRequest, type ClientRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { inSystem } from "@/lib/db/client";
import { orgMembers, sessions, workrooms, workroomShares } from "@/lib/db/schema";
import { appendChatEvents } from "@/lib/domain/chat/append-chat-events";
import { systemContext } from "@/lib/domain/system-context";
import { newId } from "@/lib/ids";
import type { LiveServerMessage } from "@/lib/protocol/live";
import { ask, TestSocket } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

/** What a person may notice at most, with a little for a busy machine. */
const SECOND = 1_300;

let gateway: TestGateway;
let owner: Person;
let server: Server;
let port: number;
const open: { terminate(): void }[] = [];

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await gateway.addPerson();
  server = createServer(
    (_request, response) => void response.write("first words of an endless answer"),
  );
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, () => undefined),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  for (const one of open) one.terminate();
  server.closeAllConnections();
  server.close();
  await gateway.close();
});

let guest: Person;
let room: { id: string; chatId: string; previewKey: string };
beforeEach(async () => {
  room = await gateway.addRoom(owner);
  guest = await gateway.addPerson({ orgId: owner.orgId, role: "member" });
  await share("edit");
});

const inDb = (work: Parameters<typeof inSystem>[1]) => inSystem(gateway.db, work);
const mine = () => and(eq(orgMembers.userId, guest.userId), eq(orgMembers.orgId, owner.orgId));
const share = (access: "view" | "edit") =>
  inDb((tx) =>
    tx
      .insert(workroomShares)
      .values({
        orgId: owner.orgId,
        workroomId: room.id,
        userId: guest.userId,
        access,
        createdBy: "x",
      })
      .onConflictDoUpdate({
        target: [workroomShares.workroomId, workroomShares.userId],
        set: { access },
      }),
  );
/** Straight in the database, as another web process would have written it. */
const ends = {
  "their session is revoked": () =>
    inDb((tx) =>
      tx.update(sessions).set({ revokedAt: new Date() }).where(eq(sessions.id, guest.sessionId)),
    ),
  "they are removed from the organisation": () => inDb((tx) => tx.delete(orgMembers).where(mine())),
  "their role becomes viewer": () =>
    inDb((tx) => tx.update(orgMembers).set({ role: "viewer" }).where(mine())),
  "the share is taken back": () =>
    inDb((tx) => tx.delete(workroomShares).where(eq(workroomShares.workroomId, room.id))),
  "the share becomes one to look only": () => share("view"),
  "the room is deleted": () =>
    inDb((tx) =>
      tx.update(workrooms).set({ deletedAt: new Date() }).where(eq(workrooms.id, room.id)),
    ),
};
type End = keyof typeof ends;
const allEnds = Object.keys(ends) as End[];
/** What leaves somebody who may look where they are. */
const ofEditing: End[] = ["their role becomes viewer", "the share becomes one to look only"];

async function openTerminal(): Promise<TestSocket> {
  const query = new URLSearchParams({ workroomId: room.id, terminalId: newId("terminal") });
  const socket = openSocket(`/ws/terminal?${query}`);
  await socket.opened;
  socket.send({ ticket: await gateway.ticket(guest, "terminal", room.id) });
  socket.socket.send(Buffer.from("x"));
  await socket.until(() => socket.messages.length > 0);
  return socket;
}

async function openLive(): Promise<TestSocket> {
  const socket = openSocket("/ws/live");
  await socket.opened;
  socket.send({ type: "hello", ticket: await gateway.ticket(guest, "live") });
  await socket.until((message: LiveServerMessage) => message.type === "ready");
  return socket;
}

function openSocket(path: string): TestSocket {
  const host = `workroom.localhost:${gateway.port}`;
  const socket = new TestSocket(gateway.port, path, host, { origin: gateway.appOrigin });
  open.push(socket.socket);
  return socket;
}

async function openPreview(): Promise<{ host: string; cookie: string }> {
  const host = `p-${room.previewKey}-${port}.workroom.localhost:${gateway.port}`;
  const ticket = await gateway.ticket(guest, "preview", room.id);
  const answer = await ask(gateway.port, `/.workroom/open?ticket=${ticket}`, { host });
  return { host, cookie: answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "" };
}

type Sent = { path: string; host: string; headers: Record<string, string>; method?: string };
function send({ path, host, headers, method = "GET" }: Sent): ClientRequest {
  const request = httpRequest({
    host: "127.0.0.1",
    port: gateway.port,
    path,
    method,
    headers: { host, ...headers },
    agent: false,
  });
  request.on("error", () => undefined);
  open.push({ terminate: () => request.destroy() });
  return request;
}

const within = async (what: Promise<unknown>): Promise<"ended" | "still open"> => {
  const late = Promise.withResolvers<"still open">();
  const timer = setTimeout(() => late.resolve("still open"), SECOND);
  const first = await Promise.race([what.then(() => "ended" as const), late.promise]);
  clearTimeout(timer);
  return first;
};

describe.each(allEnds)("within a second after %s", (name) => {
  const isOfEditing = ofEditing.includes(name);

  test("a terminal ends", async () => {
    const socket = await openTerminal();
    const far = gateway.terminals.at(-1);
    await ends[name]();
    expect(await within(socket.closed)).toBe("ended");
    await expect.poll(() => far?.isClosed).toBe(true);
  });

  test("an upload in progress ends and leaves nothing", async () => {
    const upload = send({
      path: `/api/v1/workrooms/${room.id}/upload?path=input/a.bin`,
      host: `workroom.localhost:${gateway.port}`,
      method: "PUT",
      headers: {
        cookie: guest.cookie,
        origin: gateway.appOrigin,
        "content-length": "1000000",
        expect: "100-continue",
      },
    });
    upload.flushHeaders();
    await once(upload, "continue");
    upload.write(Buffer.alloc(1_000));
    await ends[name]();
    expect(await within(new Promise((resolve) => upload.once("close", resolve)))).toBe("ended");
    const folder = join(gateway.rooms.workspace(room.id), "input");
    await expect.poll(() => readdir(folder)).toEqual([]);
  });

  test(`a preview's socket and its endless answer ${isOfEditing ? "stay" : "end"}`, async () => {
    const { host, cookie } = await openPreview();
    const socket = new TestSocket(gateway.port, "/", host, { cookie, origin: `http://${host}` });
    open.push(socket.socket);
    await socket.opened;
    const request = send({ path: "/", host, headers: { cookie } });
    request.end();
    const [answer] = (await once(request, "response")) as [NodeJS.ReadableStream];
    answer.on("error", () => undefined);
    await once(answer, "data");
    await ends[name]();
    const outcome = isOfEditing ? "still open" : "ended";
    expect(
      await Promise.all([within(socket.closed), within(once(answer, "close").catch(() => null))]),
    ).toEqual([outcome, outcome]);
  });

  test("the live line ends, or tells nothing of the room any more", async () => {
    const socket = await openLive();
    socket.send({ type: "subscribe_chat", chatId: room.chatId, after: 0 });
    const ctx = systemContext(gateway.ports, owner.orgId, "test");
    const say = async (text: string) => {
      const data = { level: "info", text };
      await inDb((tx) =>
        appendChatEvents(tx, ctx, room.chatId, [{ type: "chat/notice", turnId: null, data }]),
      );
      gateway.ports.bus.publish({ type: "chat", orgId: owner.orgId, chatId: room.chatId });
    };
    await say("before");
    await socket.until(() => JSON.stringify(socket.messages).includes("before"));
    await ends[name]();
    await within(socket.closed);
    await say("after");
    // A second line, of the room's owner, has it: so the first could have had it as well.
    const witness = openSocket("/ws/live");
    await witness.opened;
    witness.send({ type: "hello", ticket: await gateway.ticket(owner, "live") });
    witness.send({ type: "subscribe_chat", chatId: room.chatId, after: 1 });
    const hasAfter = () => JSON.stringify(witness.messages).includes("after");
    await (name === "the room is deleted" ? witness.opened : witness.until(hasAfter));
    const mayStillLook = name === "the share becomes one to look only";
    expect(JSON.stringify(socket.messages).includes("after")).toBe(mayStillLook);
  });
});

test("a member who becomes a viewer has their live line opened again, with the new role", async () => {
  const socket = await openLive();
  await ends["their role becomes viewer"]();
  expect(await socket.closed).toEqual({
    code: 4_503,
    reason: "Your role has changed. Connecting again.",
  });
});
