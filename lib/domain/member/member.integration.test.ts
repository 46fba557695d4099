import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { and, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg, inSystem } from "@/lib/db/client";
import { apiKeys, auditEntries, orgMembers, workrooms, workroomShares } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import type { MemberRole } from "@/lib/protocol/view-names";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { createInvitation } from "../invitation/create-invitation";
import { listInvitations } from "../invitation/list-invitations";
import { createWorkroom } from "../workroom/create-workroom";
import { getWorkroom } from "../workroom/get-workroom";
import { changeRole } from "./change-role";
import { leaveOrg } from "./leave-org";
import { listMembers } from "./list-members";
import { removeMember } from "./remove-member";

let installation: Installation;
type Person = Awaited<ReturnType<typeof addPerson>>;
let owner: Person;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-member-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(() => installation.close());
beforeEach(async () => {
  owner = await addPerson(installation.ports);
});

const joinAs = (role: MemberRole) => addPerson(installation.ports, { role, orgId: owner.orgId });
const idOf = ({ actor }: Person) => actor.userId;
const rolesNow = async () =>
  new Map(
    (await listMembers.run(owner, { limit: 100 })).members.map(({ userId, role }) => [
      userId,
      role,
    ]),
  );
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "ok",
    (error: unknown) => (error as { code?: unknown }).code ?? error,
  );

describe("the list of members", () => {
  test("shows everybody of the organisation and nobody else; visits only to admins and oneself", async () => {
    const member = await joinAs("member");
    await addPerson(installation.ports);
    const seen = new Date();
    await inSystem(owner.db, (tx) =>
      tx.update(orgMembers).set({ lastSeenAt: seen }).where(eq(orgMembers.orgId, owner.orgId)),
    );
    const visits = async (who: Person) =>
      new Map(
        (await listMembers.run(who, { limit: 100 })).members.map((m) => [m.userId, m.lastSeenAt]),
      );
    expect(await visits(owner)).toEqual(
      new Map([owner, member].map((one) => [idOf(one), seen.toISOString()])),
    );
    expect(await visits(member)).toEqual(
      new Map([
        [idOf(owner), null],
        [idOf(member), seen.toISOString()],
      ]),
    );
  });
});

describe("a role", () => {
  const cases: [who: MemberRole, target: MemberRole, to: MemberRole, outcome: string][] = [
    ["owner", "member", "owner", "ok"],
    ["owner", "owner", "viewer", "ok"],
    ["admin", "member", "admin", "ok"],
    ["admin", "admin", "viewer", "ok"],
    ["admin", "member", "owner", "forbidden"],
    ["admin", "owner", "admin", "forbidden"],
    ["admin", "owner", "owner", "forbidden"],
    ["member", "viewer", "member", "forbidden"],
    ["viewer", "viewer", "owner", "forbidden"],
  ];
  test.each(cases)("changed by an %s, of a %s to %s: %s", async (who, target, to, outcome) => {
    const [actor, other] = [await joinAs(who), await joinAs(target)];
    const change = changeRole.run(actor, { userId: idOf(other), role: to });
    expect(await codeOf(change)).toBe(outcome);
    expect((await rolesNow()).get(idOf(other))).toBe(outcome === "ok" ? to : target);
  });

  test.each(["admin", "member", "viewer"] as const)(
    "is not raised by an %s for themselves",
    async (role) => {
      const actor = await joinAs(role);
      const raise = changeRole.run(actor, { userId: idOf(actor), role: "owner" });
      expect(await codeOf(raise)).toBe("forbidden");
      expect((await rolesNow()).get(idOf(actor))).toBe(role);
    },
  );

  test("may be lowered by an admin for themselves", async () => {
    const admin = await joinAs("admin");
    const lower = changeRole.run(admin, { userId: idOf(admin), role: "member" });
    expect(await codeOf(lower)).toBe("ok");
    const again = changeRole.run(admin, { userId: idOf(admin), role: "admin" });
    expect(await codeOf(again)).toBe("forbidden");
  });

  test("of somebody elsewhere is as missing as of nobody", async () => {
    const stranger = await addPerson(installation.ports);
    for (const userId of [idOf(stranger), newId("user")])
      await expect(changeRole.run(owner, { userId, role: "viewer" })).rejects.toMatchObject({
        code: "not_found",
        message: "Member not found.",
      });
    expect((await listMembers.run(stranger, { limit: 100 })).members[0]?.role).toBe("owner");
  });

  test("takes no field but its own", () => {
    const userId = newId("user");
    for (const extra of [{ orgId: "org_x" }, { isOwner: true }, { userIds: [] }])
      expect(changeRole.input.safeParse({ userId, role: "member", ...extra }).success).toBe(false);
    expect(changeRole.input.safeParse({ userId, role: "root" }).success).toBe(false);
  });
});

describe("the last owner", () => {
  test("can't leave, be made less, or be removed", async () => {
    const admin = await joinAs("admin");
    expect(await codeOf(leaveOrg.run(owner, {}))).toBe("conflict");
    const lower = changeRole.run(owner, { userId: idOf(owner), role: "admin" });
    expect(await codeOf(lower)).toBe("conflict");
    expect(await codeOf(removeMember.run(owner, { userId: idOf(owner) }))).toBe("conflict");
    expect(await codeOf(removeMember.run(admin, { userId: idOf(owner) }))).toBe("forbidden");
    expect((await rolesNow()).get(idOf(owner))).toBe("owner");
  });

  test("is one of two who leave, lower or remove each other at the same moment", async () => {
    for (let round = 0; round < 8; round += 1) {
      const first = await addPerson(installation.ports);
      const second = await addPerson(installation.ports, { role: "owner", orgId: first.orgId });
      const [a, b] = [idOf(first), idOf(second)];
      const ways: (() => Promise<unknown>[])[] = [
        () => [leaveOrg.run(first, {}), leaveOrg.run(second, {})],
        () => [
          changeRole.run(first, { userId: a, role: "viewer" }),
          changeRole.run(second, { userId: b, role: "viewer" }),
        ],
        () => [removeMember.run(first, { userId: b }), removeMember.run(second, { userId: a })],
        () => [leaveOrg.run(first, {}), removeMember.run(first, { userId: b })],
      ];
      await Promise.all((ways[round % ways.length] ?? (() => []))().map((call) => codeOf(call)));
      const owners = await inSystem(first.db, (tx) =>
        tx
          .select()
          .from(orgMembers)
          .where(and(eq(orgMembers.orgId, first.orgId), eq(orgMembers.role, "owner"))),
      );
      expect(owners).toHaveLength(1);
    }
  });
});

describe("removing a member", () => {
  const room = (who: Person) => createWorkroom.run(who, { isDraft: false });

  test("ends keys, shares and membership of this organisation only; invitations they made stay", async () => {
    const admin = await joinAs("admin");
    const elsewhere = await addPerson(installation.ports);
    const userId = idOf(admin);
    const { id: workroomId } = await room(owner);
    const key = (orgId: string) => ({
      id: newId("apiKey"),
      orgId,
      userId,
      name: "k",
      secretHash: newId("apiKey"),
      lastFour: "abcd",
      scopes: ["read" as const],
    });
    const [here, there] = [key(owner.orgId), key(elsewhere.orgId)];
    await inSystem(owner.db, async (tx) => {
      await tx.insert(orgMembers).values({ orgId: elsewhere.orgId, userId, role: "member" });
      await tx.insert(apiKeys).values([here, there]);
      const share = { orgId: owner.orgId, workroomId, userId, createdBy: idOf(owner) };
      await tx.insert(workroomShares).values({ ...share, access: "edit" });
    });
    await createInvitation.run(admin, { email: "kept@example.test", role: "member" });

    await removeMember.run(owner, { userId });

    const keys = await inSystem(owner.db, (tx) =>
      tx.select().from(apiKeys).where(eq(apiKeys.userId, userId)),
    );
    const isRevoked = new Map(keys.map(({ id, revokedAt }) => [id, revokedAt !== null]));
    expect([isRevoked.get(here.id), isRevoked.get(there.id)]).toEqual([true, false]);
    const shares = await inOrg(owner.db, owner.orgId, (tx) =>
      tx.select().from(workroomShares).where(eq(workroomShares.userId, userId)),
    );
    expect(shares).toEqual([]);
    const elsewhereNow = await listMembers.run(elsewhere, { limit: 100 });
    expect(elsewhereNow.members.map((member) => member.userId)).toContain(userId);
    const pending = await listInvitations.run(owner, {});
    expect(pending.invitations).toMatchObject([{ email: "kept@example.test" }]);
    expect(await codeOf(removeMember.run(owner, { userId }))).toBe("not_found");
    expect(await codeOf(changeRole.run(admin, { userId: idOf(owner), role: "viewer" }))).toBe(
      "not_found",
    );
  });

  test("who comes back gets nothing of the rooms that have passed on by the key that made them", async () => {
    const member = await joinAs("member");
    const made = { title: "Mine", isDraft: true, idempotencyKey: "k" };
    const { id } = await createWorkroom.run(member, made);
    await removeMember.run(owner, { userId: idOf(member) });
    const membership = { orgId: owner.orgId, userId: idOf(member), role: "member" } as const;
    await inSystem(owner.db, (tx) => tx.insert(orgMembers).values(membership));
    const again = createWorkroom.run(member, { ...made, openness: "open" });
    expect(await codeOf(again)).toBe("conflict");
    expect(await getWorkroom.run(owner, { workroomId: id })).toMatchObject({ openness: "private" });
  });

  test("gives their workrooms, the private ones too, to whoever asked, or to a chosen colleague", async () => {
    const [first, second, heir] = [
      await joinAs("member"),
      await joinAs("member"),
      await joinAs("member"),
    ];
    const [one, two] = [await room(first), await room(second)];
    expect(await codeOf(getWorkroom.run(owner, { workroomId: one.id }))).toBe("not_found");
    expect(await removeMember.run(owner, { userId: idOf(first) })).toEqual({ passedWorkrooms: 1 });
    await removeMember.run(owner, { userId: idOf(second), successorId: idOf(heir) });
    expect(await getWorkroom.run(owner, { workroomId: one.id })).toMatchObject({ access: "own" });
    expect(await getWorkroom.run(heir, { workroomId: two.id })).toMatchObject({ access: "own" });
    expect(await codeOf(getWorkroom.run(owner, { workroomId: two.id }))).toBe("not_found");
    const rows = await inOrg(owner.db, owner.orgId, (tx) =>
      tx.select().from(auditEntries).where(eq(auditEntries.action, "member.remove")),
    );
    expect(rows.map(({ objectTitle }) => objectTitle)).toEqual(["Ada", "Ada"]);
    expect(JSON.parse(rows[0]?.detail ?? "")).toMatchObject({ passedWorkrooms: 1, name: "Ada" });
  });

  test("refuses as heir: a viewer, a stranger, and the removed person", async () => {
    const [member, viewer] = [await joinAs("member"), await joinAs("viewer")];
    const stranger = await addPerson(installation.ports);
    const ask = (successorId: string) =>
      codeOf(removeMember.run(owner, { userId: idOf(member), successorId }));
    expect(await ask(idOf(viewer))).toBe("invalid_input");
    expect(await ask(idOf(stranger))).toBe("not_found");
    expect(await ask(idOf(member))).toBe("invalid_input");
    expect((await rolesNow()).has(idOf(member))).toBe(true);
  });
});

test("who leaves gives their workrooms to the first owner, who can open them", async () => {
  const member = await joinAs("member");
  const { id: workroomId } = await createWorkroom.run(member, { isDraft: false });
  expect(await leaveOrg.run(member, {})).toEqual({ passedWorkrooms: 1 });
  const [found] = await inOrg(owner.db, owner.orgId, (tx) =>
    tx.select().from(workrooms).where(eq(workrooms.id, workroomId)),
  );
  expect(found?.createdBy).toBe(idOf(owner));
  expect((await rolesNow()).has(idOf(member))).toBe(false);
});
