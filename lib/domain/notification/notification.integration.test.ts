import { createDecipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pinnedFetch } from "@/lib/adapters/outbound-fetch/pinned-fetch";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { webPushSender } from "@/lib/adapters/push-sender/web-push-sender";
import { inOrg } from "@/lib/db/client";
import {
  EVERYBODY,
  notifications,
  presences,
  pushSubscriptions,
  turns,
  workroomMarks,
  workrooms,
  workroomShares,
} from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { sendMessage } from "../chat/send-message";
import { createSession } from "../identity/create-session";
import { revokeSession } from "../identity/revoke-session";
import { markWorkroom } from "../mark/mark-workroom";
import { removeShare } from "../share/remove-share";
import { systemContext } from "../system-context";
import { endTurnIn } from "../turn/end-turn";
import { createWorkroom } from "../workroom/create-workroom";
import { listNotifications } from "./list-notifications";
import { readNotifications } from "./read-notifications";
import { sendPush } from "./send-push";
import { getPush, subscribePush, unsubscribePush } from "./subscribe-push";

type Person = Awaited<ReturnType<typeof addPerson>>;

let installation: Installation;
let service: Server; // a push service
let posts: { headers: IncomingMessage["headers"]; body: Buffer }[] = [];
let answer = 201;

beforeAll(async () => {
  service = createServer(async (request, response) => {
    posts.push({ headers: request.headers, body: await buffer(request) });
    response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const dataDir = mkdtempSync(join(tmpdir(), "wr-notify-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
    allowedEndpoints: ["127.0.0.0/8"],
  });
});
afterAll(async () => {
  service.close();
  await installation.close();
});
beforeEach(() => {
  posts = [];
  answer = 201;
});

/** A room in which a turn of `author` runs. */
async function startTurn(creator: Person, author: Person = creator, openness?: "open") {
  const { ports } = installation;
  const room = await createWorkroom.run(creator, { isDraft: false, title: "Lamps" });
  const { id: workroomId, mainChatId: chatId } = room as { id: string; mainChatId: string };
  if (openness)
    await inOrg(ports.db, creator.orgId, (tx) =>
      tx.update(workrooms).set({ openness }).where(eq(workrooms.id, workroomId)),
    );
  const message = {
    chatId,
    text: "Build a page\nwith lamps",
    attachments: [],
    idempotencyKey: "k",
  };
  const { id: messageId } = (await sendMessage.run(author, message)) as { id: string };
  const turnId = newId("turn");
  await inOrg(ports.db, creator.orgId, (tx) =>
    tx.insert(turns).values({
      id: turnId,
      orgId: creator.orgId,
      chatId,
      workroomId,
      messageId,
      principalId: author.actor.userId,
      epoch: 1,
      employeeLabel: "Demo",
    }),
  );
  return { workroomId, turnId };
}

async function endTurn(person: Person, turnId: string, reason: "done" | "failed" | "cancelled") {
  const ctx = systemContext(installation.ports, person.orgId, "test");
  const message = reason === "failed" ? "The model refused the key." : null;
  const ended = { reason, message, inputTokens: null, outputTokens: null };
  await inOrg(ctx.db, ctx.orgId, (tx) => endTurnIn(tx, ctx, turnId, ended));
}

const list = (person: Person) => listNotifications.run(person, { limit: 30 });

/** A browser that takes push messages: its subscription, and how it reads one (RFC 8291, section 3.4). */
async function openBrowser(person: Person) {
  const ecdh = createECDH("prime256v1");
  ecdh.generateKeys();
  const auth = randomBytes(16);
  const { port } = service.address() as AddressInfo;
  const sessionId = await createSession(installation.ports, {
    userId: person.actor.userId,
    userAgent: "",
  });
  const ctx = { ...person, actor: { ...person.actor, sessionId } };
  const { id } = (await subscribePush.run(ctx, {
    endpoint: `http://127.0.0.1:${port}/${newId("request")}`,
    p256dh: ecdh.getPublicKey().toString("base64url"),
    auth: auth.toString("base64url"),
  })) as { id: string };
  const read = (body: Buffer): unknown => {
    const [salt, keyLength] = [body.subarray(0, 16), body.readUInt8(20)];
    const theirs = body.subarray(21, 21 + keyLength);
    const sealed = body.subarray(21 + keyLength);
    const about = Buffer.concat([Buffer.from("WebPush: info\0"), ecdh.getPublicKey(), theirs]);
    const secret = Buffer.from(hkdfSync("sha256", ecdh.computeSecret(theirs), auth, about, 32));
    const key = hkdfSync("sha256", secret, salt, "Content-Encoding: aes128gcm\0", 16);
    const nonce = hkdfSync("sha256", secret, salt, "Content-Encoding: nonce\0", 12);
    const open = createDecipheriv("aes-128-gcm", Buffer.from(key), Buffer.from(nonce));
    open.setAuthTag(sealed.subarray(-16));
    const text = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]);
    return JSON.parse(text.subarray(0, text.lastIndexOf(2)).toString("utf8"));
  };
  return { id, sessionId, read };
}

async function pushLast(person: Person, subscriptionId: string): Promise<void> {
  const { ports } = installation;
  const [row] = await inOrg(ports.db, person.orgId, (tx) =>
    tx.select().from(notifications).where(eq(notifications.userId, person.actor.userId)),
  );
  if (!row) throw new Error("There is no notification.");
  const ctx = systemContext(ports, person.orgId, "send_push");
  await sendPush(ctx, { notificationId: row.id, subscriptionId });
}

const listBrowsers = (person: Person) =>
  inOrg(installation.ports.db, person.orgId, (tx) => tx.select().from(pushSubscriptions));

describe("the end of a turn tells", () => {
  test("its author and the room's creator, each once, with what was asked", async () => {
    const creator = await addPerson(installation.ports);
    const author = await addPerson(installation.ports, { role: "member", orgId: creator.orgId });
    const other = await addPerson(installation.ports, { role: "admin", orgId: creator.orgId });
    const { turnId, workroomId } = await startTurn(creator, author, "open");
    await endTurn(creator, turnId, "done");
    await endTurn(creator, turnId, "done");
    for (const person of [creator, author])
      expect(await list(person)).toMatchObject({
        unreadCount: 1,
        notifications: [
          {
            kind: "done",
            body: "Finished: Build a page",
            workroom: { id: workroomId, title: "Lamps" },
          },
        ],
      });
    expect(await list(other)).toMatchObject({ unreadCount: 0, notifications: [] });
  });

  test("why it failed; and nobody when a person stopped it", async () => {
    const person = await addPerson(installation.ports);
    await endTurn(person, (await startTurn(person)).turnId, "cancelled");
    expect(await list(person)).toMatchObject({ notifications: [] });
    await endTurn(person, (await startTurn(person)).turnId, "failed");
    expect(await list(person)).toMatchObject({
      notifications: [{ kind: "failed", body: "The model refused the key." }],
    });
  });

  test("nobody who is there, has muted the room, or may see it no more", async () => {
    const creator = await addPerson(installation.ports);
    const author = await addPerson(installation.ports, { role: "member", orgId: creator.orgId });
    const { orgId } = creator;
    const { turnId, workroomId } = await startTurn(creator, author, "open");
    await inOrg(installation.ports.db, orgId, async (tx) => {
      const mine = { orgId, workroomId, userId: creator.actor.userId };
      await tx.insert(presences).values({ ...mine, socketId: newId("socket"), seenAt: new Date() });
      await tx.update(workrooms).set({ openness: "private" }).where(eq(workrooms.id, workroomId));
    });
    await endTurn(creator, turnId, "done");
    expect(await list(creator)).toMatchObject({ notifications: [] });
    expect(await list(author)).toMatchObject({ notifications: [] });

    const second = await startTurn(creator);
    await inOrg(installation.ports.db, orgId, (tx) =>
      tx.insert(workroomMarks).values({
        orgId,
        workroomId: second.workroomId,
        userId: creator.actor.userId,
        mutedAt: new Date(),
      }),
    );
    await endTurn(creator, second.turnId, "done");
    expect(await list(creator)).toMatchObject({ notifications: [] });
  });
});

test("what was told is hidden, and pushed no more, once a share is taken back", async () => {
  const creator = await addPerson(installation.ports);
  const { orgId } = creator;
  const author = await addPerson(installation.ports, { role: "member", orgId });
  const browser = await openBrowser(author);
  const { turnId, workroomId } = await startTurn(creator, author, "open");
  const share = { orgId, workroomId, userId: EVERYBODY, createdBy: creator.actor.userId };
  await inOrg(installation.ports.db, orgId, async (tx) => {
    await tx.update(workrooms).set({ openness: "private" }).where(eq(workrooms.id, workroomId));
    await tx.insert(workroomShares).values({ ...share, access: "edit" });
  });
  await endTurn(creator, turnId, "done");
  expect(await list(author)).toMatchObject({ unreadCount: 1, notifications: [{ kind: "done" }] });
  await removeShare.run(creator, { workroomId, subject: "everyone" });
  expect(await list(author)).toMatchObject({ unreadCount: 0, notifications: [] });
  expect(await list(creator)).toMatchObject({ unreadCount: 1 });
  await pushLast(author, browser.id);
  expect(posts).toEqual([]);
});

test("notifications are read with their room, or all at once", async () => {
  const person = await addPerson(installation.ports);
  const [one, two, three] = [
    await startTurn(person),
    await startTurn(person),
    await startTurn(person),
  ];
  for (const { turnId } of [one, two, three]) await endTurn(person, turnId, "done");
  await markWorkroom.run(person, { workroomId: one.workroomId, isRead: true });
  expect(await list(person)).toMatchObject({ unreadCount: 2 });
  expect(await readNotifications.run(person, { workroomId: two.workroomId })).toEqual({
    unreadCount: 1,
  });
  expect(await readNotifications.run(person, {})).toEqual({ unreadCount: 0 });
});

describe("push", () => {
  test("is known of a person's own browsers, in the organisation that they asked in", async () => {
    const person = await addPerson(installation.ports);
    const { orgId } = person;
    const colleague = await addPerson(installation.ports, { orgId, role: "admin" });
    const { id } = await openBrowser(person);
    expect(await getPush.run(person, {})).toMatchObject({ subscriptions: [{ id }] });
    expect(await getPush.run(colleague, {})).toMatchObject({ subscriptions: [] });
    await unsubscribePush.run(person, { pushSubscriptionId: id });
    expect(await getPush.run(person, {})).toMatchObject({ subscriptions: [] });
  });

  test("brings a browser a message that only it can read, signed for its service", async () => {
    const person = await addPerson(installation.ports);
    const browser = await openBrowser(person);
    const { turnId, workroomId } = await startTurn(person);
    await endTurn(person, turnId, "done");
    await pushLast(person, browser.id);
    expect(posts).toHaveLength(1);
    expect(posts[0]?.headers).toMatchObject({ "content-encoding": "aes128gcm", ttl: "86400" });
    expect(posts[0]?.headers.authorization).toMatch(/^vapid t=.+, k=.+/);
    expect(String(posts[0]?.body)).not.toContain("Lamps");
    expect(browser.read(posts[0]?.body ?? Buffer.alloc(0))).toMatchObject({
      title: "Lamps",
      body: "Finished: Build a page",
      path: expect.stringContaining(`/workrooms/${workroomId}`) as unknown,
    });
  });

  test("asks the job to come again when the service is busy, and forgets a browser that is gone", async () => {
    const person = await addPerson(installation.ports);
    const browser = await openBrowser(person);
    await endTurn(person, (await startTurn(person)).turnId, "done");
    answer = 503;
    await expect(pushLast(person, browser.id)).rejects.toMatchObject({ code: "unavailable" });
    expect(await listBrowsers(person)).toHaveLength(1);
    answer = 410;
    await pushLast(person, browser.id);
    expect(await listBrowsers(person)).toHaveLength(0);
  });

  test("sends nothing to a browser that was signed out, nor what was read meanwhile", async () => {
    const person = await addPerson(installation.ports);
    const [kept, left] = [await openBrowser(person), await openBrowser(person)];
    await endTurn(person, (await startTurn(person)).turnId, "done");
    await revokeSession(installation.ports, left.sessionId);
    await pushLast(person, left.id);
    await readNotifications.run(person, {});
    await pushLast(person, kept.id);
    expect(posts).toEqual([]);
    expect((await listBrowsers(person)).map(({ id }) => id)).toEqual([kept.id]);
  });

  test("calls no private address that the operator has not allowed", async () => {
    const sender = webPushSender({
      secretKey: randomBytes(32),
      subject: new URL("https://workroom.example"),
      outbound: pinnedFetch([]),
    });
    const ecdh = createECDH("prime256v1");
    ecdh.generateKeys();
    const target = {
      endpoint: `http://127.0.0.1:${(service.address() as AddressInfo).port}/`,
      p256dh: ecdh.getPublicKey().toString("base64url"),
      auth: randomBytes(16).toString("base64url"),
    };
    const payload = { title: "t", body: "b", path: "/", tag: "t" };
    expect(await sender.send(target, payload)).toBe("gone");
    expect(posts).toEqual([]);
  });
});
