import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { turns, workrooms } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import type { WorkroomView } from "@/lib/protocol/views";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { markWorkroom } from "../mark/mark-workroom";
import { putShare } from "../share/put-share";
import { removeShare } from "../share/remove-share";
import { createWorkroom } from "./create-workroom";
import { listWorkrooms } from "./list-workrooms";
import { noteAttention } from "./note-attention";
import { viewWorkroom } from "./view-workroom";

type Person = Awaited<ReturnType<typeof addPerson>>;
let installation: Installation;
let [ada, ben]: Person[] = [];
const someone = (person: Person | undefined): Person => {
  if (!person) throw new Error("made in beforeAll");
  return person;
};

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-list-"));
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
  });
  ada = await addPerson(installation.ports);
  ben = await addPerson(installation.ports, { role: "member", orgId: ada.orgId });
});
afterAll(() => installation.close());

type Asked = { views?: string; group?: "all" | "front"; q?: string; limit?: number };
const list = (who: Person | undefined, { views = "mine", ...rest }: Asked, cursor?: string) =>
  listWorkrooms.run(someone(who), listWorkrooms.input.parse({ views, ...rest, cursor }));
const titles = async (who: Person | undefined, asked: Asked) =>
  (await list(who, asked)).workrooms.map(({ title }) => title);

const make = (who: Person | undefined, title: string, openness: WorkroomView["openness"]) =>
  createWorkroom.run(someone(who), { title, openness, isDraft: false });

describe("the lists of a person", () => {
  test("hold what they made, what is shared with them and what is open, and never a private room of others", async () => {
    const shared = await make(ada, "Shared", "private");
    await make(ada, "Secret", "private");
    await make(ada, "Open", "open");
    await make(ben, "Own", "private");
    const subject = someone(ben).actor.userId;
    await putShare.run(someone(ada), { workroomId: shared.id, subject, access: "view" });
    expect(await titles(ben, { views: "mine" })).toEqual(["Own"]);
    expect(await titles(ben, { views: "shared" })).toEqual(["Shared"]);
    expect(await titles(ben, { views: "team" })).toEqual(["Open"]);
    expect(await titles(ben, { views: "mine,shared,team" })).toEqual(["Own", "Open", "Shared"]);
    expect(await titles(ben, { views: "team,shared", q: "HAR" })).toEqual(["Shared"]);
    expect(await titles(ben, { views: "mine,shared,team", q: "%" })).toEqual([]);
    await removeShare.run(someone(ada), { workroomId: shared.id, subject });
    expect(await titles(ben, { views: "shared" })).toEqual([]);
    await putShare.run(someone(ada), {
      workroomId: shared.id,
      subject: "everyone",
      access: "edit",
    });
    expect(await titles(ben, { views: "shared" })).toEqual(["Shared"]);
    expect(await titles(ada, { views: "shared" })).toEqual([]);
    expect((await viewWorkroom(someone(ben), shared.id)).access).toBe("edit");
  });

  test("come page by page, each room once, also those of the same moment", async () => {
    const carl = await addPerson(installation.ports);
    const made = [];
    for (let n = 0; n < 7; n += 1) made.push(await make(carl, `Room ${n}`, "private"));
    await inOrg(carl.db, carl.orgId, (tx) =>
      tx.update(workrooms).set({ lastActiveAt: new Date() }).where(eq(workrooms.orgId, carl.orgId)),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(carl, { limit: 3 }, cursor);
      seen.push(...page.workrooms.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(new Set(made.map(({ id }) => id)));
  });

  test("refuse a cursor that they have not written", async () => {
    const crafted = Buffer.from('{"list":"workrooms","at":{"at":"x","id":"y"}}').toString(
      "base64url",
    );
    await expect(list(ada, {}, crafted)).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("leave drafts and deleted rooms out", async () => {
    const dora = await addPerson(installation.ports);
    await createWorkroom.run(dora, { isDraft: true });
    expect(await titles(dora, { views: "mine,shared,team" })).toEqual([]);
  });
});

describe("the front of the lists", () => {
  test("has what is pinned, what runs and what needs the person, however old", async () => {
    const eva = await addPerson(installation.ports);
    const names = ["Pinned", "Working", "Asked", "Quiet"];
    const [pinned, working, asked] = await Promise.all(
      names.map((name) => make(eva, name, "private")),
    );
    if (!pinned || !working || !asked) throw new Error("four rooms were made");
    await markWorkroom.run(eva, { workroomId: pinned.id, isPinned: true });
    await inOrg(eva.db, eva.orgId, async (tx) => {
      const ids = { id: newId("turn"), orgId: eva.orgId, workroomId: working.id };
      const chat = { chatId: working.mainChatId, messageId: newId("message") };
      const principalId = eva.actor.userId;
      await tx.insert(turns).values({ ...ids, ...chat, principalId, epoch: 1, employeeLabel: "D" });
      await noteAttention(tx, eva, asked.id, "needs_you");
    });
    const found = await list(eva, { group: "front" });
    expect(new Set(found.workrooms.map(({ title }) => title))).toEqual(
      new Set(["Pinned", "Working", "Asked"]),
    );
    const [view] = found.workrooms.filter(({ id }) => id === working.id);
    expect(view?.actingAs?.id).toBe(eva.actor.userId);
    expect(view?.isWorking).toBe(true);
  });
});

describe("unread", () => {
  test("is what happened since a person looked, and for a colleague's open room only once they have looked", async () => {
    const room = await make(ada, "News", "open");
    const note = () =>
      inOrg(someone(ada).db, someone(ada).orgId, (tx) =>
        noteAttention(tx, someone(ada), room.id, "done"),
      );
    await note();
    const isUnread = async (who: Person | undefined) =>
      (await viewWorkroom(someone(who), room.id)).isUnread;
    expect([await isUnread(ada), await isUnread(ben)]).toEqual([true, false]);
    for (const who of [ada, ben])
      await markWorkroom.run(someone(who), { workroomId: room.id, isRead: true });
    expect([await isUnread(ada), await isUnread(ben)]).toEqual([false, false]);
    await note();
    expect([await isUnread(ada), await isUnread(ben)]).toEqual([true, true]);
    await markWorkroom.run(someone(ben), { workroomId: room.id, isRead: true });
    await markWorkroom.run(someone(ben), { workroomId: room.id, isRead: false });
    expect(await isUnread(ben)).toBe(true);
  });
});
