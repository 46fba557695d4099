import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg, inSystem } from "@/lib/db/client";
import { auditEntries, chats, orgMembers, orgs, workrooms } from "@/lib/db/schema";
import { rootOf, storePrefix } from "@/lib/workspace/object-keys";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { takeCheckpoint } from "../checkpoint/take-checkpoint";
import type { Context } from "../context";
import { filled } from "@/test/host/file-call";
import { changeByOp } from "../file/file-verbs";
import { createWorkroom } from "../workroom/create-workroom";
import { reconcileWorkroom } from "../workroom/reconcile-workroom";
import { changeOrg } from "./change-org";
import { createOrg } from "./create-org";
import { deleteOrg } from "./delete-org";
import { getOrg } from "./get-org";
import { getViewer } from "./get-viewer";

let installation: Installation;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "wr-org-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
});
afterAll(() => installation.close());

type Person = Awaited<ReturnType<typeof addPerson>>;
const makerOf = ({ actor }: Person) => ({ userId: actor.userId, sessionId: actor.sessionId });
const inNew = async (person: Person, name: string): Promise<Person> => {
  const org = await createOrg(installation.ports, makerOf(person), { name });
  return { ...person, orgId: org.id, actor: { ...person.actor, role: "owner" } };
};
const auditOf = (ctx: Context) =>
  inOrg(ctx.db, ctx.orgId, (tx) => tx.select().from(auditEntries).orderBy(auditEntries.createdAt));

describe("a new organisation", () => {
  test("has its maker as owner, an address from its name, and an audit row", async () => {
    const person = await addPerson(installation.ports);
    const ctx = await inNew(person, "Analytical Engines");
    const viewer = await getViewer.run(ctx, {});
    expect(viewer.org).toMatchObject({ name: "Analytical Engines", slug: "analytical-engines" });
    expect(viewer.orgs.map(({ id, role }) => [id, role])).toEqual([
      [person.orgId, "owner"],
      [ctx.orgId, "owner"],
    ]);
    expect((await auditOf(ctx)).map(({ action }) => action)).toEqual(["org.create"]);
  });

  test("gets another address when its own is taken, also of twenty made at once", async () => {
    const people = await Promise.all(
      Array.from({ length: 20 }, () => addPerson(installation.ports)),
    );
    const made = await Promise.all(
      people.map((person) => createOrg(installation.ports, makerOf(person), { name: "Same" })),
    );
    const slugs = made.map(({ slug }) => slug);
    expect(new Set(slugs).size).toBe(20);
    expect(slugs.every((slug) => /^same(-|$)/.test(slug))).toBe(true);
  });

  test("is refused after twenty in a day", async () => {
    const person = await addPerson(installation.ports);
    for (let n = 0; n < 20; n += 1) await inNew(person, `Many ${n}`);
    await expect(inNew(person, "One more")).rejects.toMatchObject({ code: "rate_limited" });
  });
});

describe("changing an organisation", () => {
  test("keeps what is not named, and writes down before and after", async () => {
    const ctx = await inNew(await addPerson(installation.ports), "Before");
    const changed = await changeOrg.run(ctx, { name: "After", repositoryOpenness: "private" });
    expect(changed).toMatchObject({ name: "After", slug: "before", repositoryOpenness: "private" });
    expect(await getOrg.run(ctx, {})).toEqual(changed);
    const entry = (await auditOf(ctx)).find(({ action }) => action === "org.change");
    expect(JSON.parse(entry?.before ?? "")).toMatchObject({ name: "Before" });
    expect(JSON.parse(entry?.after ?? "")).toMatchObject({ name: "After", slug: "before" });
  });

  test("to the address of another one is a conflict, which tells nothing of that one", async () => {
    const taken = await inNew(await addPerson(installation.ports), "Taken");
    const ctx = await inNew(await addPerson(installation.ports), "Free");
    const { slug } = await getOrg.run(taken, {});
    await expect(changeOrg.run(ctx, { slug })).rejects.toMatchObject({
      code: "conflict",
      message: "This address is taken. Choose another one.",
    });
    expect((await getOrg.run(ctx, {})).slug).toBe("free");
  });

  test.each(["api", "login", "invite", "new-organisation", "A b", "x", "-a-"])(
    "to the address %j is refused",
    (slug) => {
      expect(changeOrg.input.safeParse({ slug }).success).toBe(false);
    },
  );

  test("counts the role that the person has now, not the one of their open page", async () => {
    const ctx = await inNew(await addPerson(installation.ports), "Roles");
    const admin = await addPerson(installation.ports, { role: "admin", orgId: ctx.orgId });
    await inSystem(ctx.db, (tx) =>
      tx
        .update(orgMembers)
        .set({ role: "member" })
        .where(eq(orgMembers.userId, admin.actor.userId)),
    );
    await expect(changeOrg.run(admin, { name: "Mine" })).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});

describe("deleting an organisation", () => {
  test("needs its address, typed right, and an owner", async () => {
    const ctx = await inNew(await addPerson(installation.ports), "Stays");
    const admin = await addPerson(installation.ports, { role: "admin", orgId: ctx.orgId });
    await expect(deleteOrg.run(ctx, { confirmSlug: "Stays" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(deleteOrg.run(admin, { confirmSlug: "stays" })).rejects.toMatchObject({
      code: "forbidden",
    });
    expect((await getOrg.run(ctx, {})).slug).toBe("stays");
  });

  test("leaves no member, no disk, no object and no chat of its rooms, and frees its address", async () => {
    const person = await addPerson(installation.ports);
    const ctx = await inNew(person, "Goes");
    const colleague = await addPerson(installation.ports, { role: "member", orgId: ctx.orgId });
    const { id: workroomId } = await createWorkroom.run(colleague, { isDraft: false });
    await reconcileWorkroom(ctx, workroomId);
    const file = filled("write", { path: "a.txt", content: "kept for long" });
    await changeByOp(colleague, workroomId, "write", file);
    const cause = { reason: "edit", turnId: null, actorId: "test" } as const;
    await takeCheckpoint(ctx, workroomId, cause);
    const objects = () =>
      ctx.store.list(`${storePrefix(rootOf({ id: workroomId, root: null }))}/`, { limit: 10 });
    expect(await objects()).not.toEqual([]);

    await deleteOrg.run(ctx, { confirmSlug: "goes" });
    await expect(getOrg.run(ctx, {})).resolves.toMatchObject({ name: "" });
    await reconcileWorkroom(ctx, workroomId);

    expect(await objects()).toEqual([]);
    expect(existsSync(join(dataDir, "rooms", workroomId))).toBe(false);
    const left = await inSystem(ctx.db, async (tx) => ({
      members: await tx.select().from(orgMembers).where(eq(orgMembers.orgId, ctx.orgId)),
      chats: await tx.select().from(chats).where(eq(chats.workroomId, workroomId)),
      rooms: await tx.select().from(workrooms).where(eq(workrooms.id, workroomId)),
    }));
    expect(left).toMatchObject({ members: [], chats: [], rooms: [{ state: "archived" }] });
    expect((await inNew(person, "Goes")).orgId).not.toBe(ctx.orgId);
    const viewer = await getViewer.run({ ...person }, {});
    expect(viewer.orgs.map(({ id }) => id)).not.toContain(ctx.orgId);
    expect((await auditOf(ctx)).at(-1)).toMatchObject({ action: "org.delete" });
  });

  test("is not possible for the only one of the installation, also of two deleted at once", async () => {
    const own = mkdtempSync(join(tmpdir(), "wr-org-"));
    const other = await openInstallation({
      dataDir: own,
      provisioner: createFakeProvisioner({ dataDir: own }),
    });
    try {
      const owners = [await addPerson(other.ports), await addPerson(other.ports)];
      const ended = await Promise.allSettled(
        owners.map(async (ctx) => {
          const { slug } = await getOrg.run(ctx, {});
          return deleteOrg.run(ctx, { confirmSlug: slug });
        }),
      );
      expect(ended.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
      const living = await inSystem(other.ports.db, (tx) => tx.select().from(orgs));
      expect(living.filter(({ name }) => name !== "")).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});
