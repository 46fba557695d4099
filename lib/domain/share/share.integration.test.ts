import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { auditEntries } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { removeMember } from "../member/remove-member";
import { createWorkroom } from "../workroom/create-workroom";
import { listWorkrooms } from "../workroom/list-workrooms";
import { renameWorkroom } from "../workroom/rename-workroom";
import { viewWorkroom } from "../workroom/view-workroom";
import { listShares } from "./list-shares";
import { putShare } from "./put-share";
import { removeShare } from "./remove-share";

type Person = Awaited<ReturnType<typeof addPerson>>;
let installation: Installation;
let ada: Person;
let ben: Person;
let workroomId: string;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-share-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(() => installation.close());
beforeEach(async () => {
  ada = await addPerson(installation.ports);
  ben = await addPerson(installation.ports, { orgId: ada.orgId, role: "member" });
  ({ id: workroomId } = await createWorkroom.run(ada, { isDraft: false, title: "Plans" }));
});

const put = (subject: string, access: "view" | "edit") =>
  putShare.run(ada, putShare.input.parse({ workroomId, subject, access }));
const accessOf = async (who: Person) => (await viewWorkroom(who, workroomId)).access;
const sharedTitles = async (who: Person, q = "") =>
  (await listWorkrooms.run(who, listWorkrooms.input.parse({ views: "shared", q }))).workrooms.map(
    ({ title }) => title,
  );

describe("a share", () => {
  test("with a person is theirs alone, can be changed, and the wider of two holds", async () => {
    const carl = await addPerson(installation.ports, { orgId: ada.orgId, role: "member" });
    await put(ben.actor.userId, "view");
    expect(await accessOf(ben)).toBe("view");
    await expect(accessOf(carl)).rejects.toMatchObject({ code: "not_found" });
    const { shares } = await put("everyone", "edit");
    expect(shares.map(({ person, access }) => [person?.id ?? null, access])).toEqual([
      [null, "edit"],
      [ben.actor.userId, "view"],
    ]);
    expect([await accessOf(ben), await accessOf(carl)]).toEqual(["edit", "edit"]);
    await removeShare.run(ada, { workroomId, subject: "everyone" });
    expect(await accessOf(ben)).toBe("view");
    expect((await listShares.run(ada, { workroomId })).shares).toHaveLength(1);
  });

  test("lets a viewer of the organisation look, whatever it says", async () => {
    const vera = await addPerson(installation.ports, { orgId: ada.orgId, role: "viewer" });
    await put(vera.actor.userId, "edit");
    expect(await accessOf(vera)).toBe("view");
  });

  test("is refused with strangers, with the maker, and where everyone can come in already", async () => {
    const stranger = await addPerson(installation.ports);
    for (const subject of [stranger.actor.userId, newId("user")])
      await expect(put(subject, "view")).rejects.toMatchObject({ code: "not_found" });
    await expect(put(ada.actor.userId, "view")).rejects.toMatchObject({ code: "invalid_input" });
    const open = await createWorkroom.run(ada, { isDraft: false, openness: "open" });
    const share = { workroomId: open.id, subject: ben.actor.userId, access: "view" } as const;
    await expect(putShare.run(ada, share)).rejects.toMatchObject({ code: "conflict" });
    expect(putShare.input.safeParse({ ...share, subject: "*" }).success).toBe(false);
    await expect(
      removeShare.run(ada, { workroomId, subject: ben.actor.userId }),
    ).rejects.toMatchObject({ code: "not_found" });
  });

  test("is written into the log with what it was before", async () => {
    await put(ben.actor.userId, "view");
    await put(ben.actor.userId, "edit");
    const rows = await inOrg(ada.db, ada.orgId, (tx) =>
      tx
        .select()
        .from(auditEntries)
        .where(and(eq(auditEntries.orgId, ada.orgId), eq(auditEntries.action, "share.put"))),
    );
    expect(rows.map(({ before, after }) => [before, after])).toEqual([
      ['{"access":null}', '{"access":"view"}'],
      ['{"access":"view"}', '{"access":"edit"}'],
    ]);
  });

  test("lists the room under its newest title, and goes with its maker's successor", async () => {
    await put("everyone", "edit");
    await renameWorkroom.run(ada, { workroomId, title: "Other plans" });
    expect(await sharedTitles(ben, "plans oth")).toEqual(["Other plans"]);
    const boss = await addPerson(installation.ports, { orgId: ada.orgId, role: "owner" });
    await removeMember.run(boss, { userId: ada.actor.userId });
    expect(await sharedTitles(boss)).toEqual([]);
    expect(await accessOf(boss)).toBe("own");
    expect(await sharedTitles(ben)).toEqual(["Other plans"]);
  });
});

describe("who can open a new room", () => {
  test("may be chosen while it is a draft, and is fixed then", async () => {
    const draft = { isDraft: true, idempotencyKey: newId("request") };
    const made = await createWorkroom.run(ada, draft);
    expect(made.openness).toBe("private");
    expect((await createWorkroom.run(ada, { ...draft, openness: "open" })).openness).toBe("open");
    const room = { isDraft: false, idempotencyKey: newId("request") };
    await createWorkroom.run(ada, room);
    expect((await createWorkroom.run(ada, { ...room, openness: "open" })).openness).toBe("private");
  });
});
