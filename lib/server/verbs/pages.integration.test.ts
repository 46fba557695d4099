import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inOrg } from "@/lib/db/client";
import { chats, turns } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import { addPerson } from "@/test/installation";
import { openRest, type Rest } from "@/test/rest";

let rest: Rest;
let room: { id: string; mainChatId: string };
beforeAll(async () => {
  rest = await openRest();
  const made = await rest.ask("POST", "/workrooms", { body: { title: "Pages" } });
  room = made.body as typeof room;
});
afterAll(() => rest.close());

const inRoom = <T>(work: Parameters<typeof inOrg<T>>[2]) =>
  inOrg(rest.ports.db, rest.person.orgId, work);
/** All were made at one moment: only their ids tell them apart. */
const moment = new Date();

const add = {
  async turns() {
    const row = {
      orgId: rest.person.orgId,
      chatId: room.mainChatId,
      workroomId: room.id,
      epoch: 1,
    };
    const ids = { id: newId("turn"), messageId: newId("message"), employeeLabel: "Demo" };
    const ended = { state: "done", startedAt: moment, finishedAt: moment } as const;
    await inRoom((tx) => tx.insert(turns).values({ ...row, ...ids, ...ended }));
  },
  async chats() {
    const row = { orgId: rest.person.orgId, workroomId: room.id, title: "Chat", createdBy: "x" };
    await inRoom((tx) => tx.insert(chats).values({ ...row, id: newId("chat"), createdAt: moment }));
  },
  async members() {
    await addPerson(rest.ports, { orgId: rest.person.orgId, role: "member" });
  },
  async events() {
    const body = { text: "Hello", idempotencyKey: newId("request") };
    await rest.ask("POST", `/chats/${room.mainChatId}/messages`, { body });
  },
};
const paths = {
  turns: () => `/chats/${room.mainChatId}/turns`,
  chats: () => `/workrooms/${room.id}/chats`,
  members: () => "/members",
  events: () => `/chats/${room.mainChatId}/events`,
};
type List = keyof typeof paths;
const idOf = (item: Record<string, unknown>) => item["id"] ?? item["userId"] ?? item["seq"];

describe.each(Object.keys(paths) as List[])("the list of %s", (list) => {
  test("is read page by page: all that was there, each once, while more come", async () => {
    for (let count = 0; count < 7; count += 1) await add[list]();
    const path = paths[list]();
    const items = async (query: string) => {
      const { body } = await rest.ask("GET", `${path}?${query}`);
      const ids = (body[list] as Record<string, unknown>[]).map(idOf);
      return { ids, nextCursor: body["nextCursor"] as string | null };
    };
    const whole = await items("limit=500");
    expect(whole.nextCursor).toBeNull();
    const seen: unknown[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof items>> = await items(
        `limit=3${cursor && `&cursor=${cursor}`}`,
      );
      expect(page.ids.length).toBeLessThanOrEqual(3);
      seen.push(...page.ids);
      cursor = seen.length > 30 ? null : page.nextCursor;
      if (seen.length < 7) await add[list]();
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(whole.ids));
  });

  test("refuses a cursor of another list", async () => {
    const foreign = Buffer.from(JSON.stringify({ list: "others", at: ["a", "b"] }));
    const { status, body } = await rest.ask(
      "GET",
      `${paths[list]()}?cursor=${foreign.toString("base64url")}`,
    );
    expect(status).toBe(400);
    expect(body["detail"]).toContain("cursor");
  });
});
