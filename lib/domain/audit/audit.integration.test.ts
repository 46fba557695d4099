import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg, inSystem } from "@/lib/db/client";
import { apiKeys, auditEntries, auditSeals, orgMembers, users } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { renameWorkroom } from "@/lib/domain/workroom/rename-workroom";
import { createWorkroom } from "@/lib/domain/workroom/create-workroom";
import { newId } from "@/lib/ids";
import { createLog } from "@/lib/log";
import type { AuditFilter } from "@/lib/protocol/audit";
import { sealAuditLogs } from "@/lib/worker/seal-audit-logs";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { writeAudit } from "../write-audit";
import { listAudit } from "./list-audit";
import { sealAudit } from "./seal-audit";
import { verifyAudit } from "./verify-audit";

let installation: Installation;
/** Somebody who owns the database and bends the rules of the product. */
let intruder: Client;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-audit-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
  intruder = new Client({ connectionString: installation.database.ownerUrl });
  await intruder.connect();
  await intruder.query("set workroom.scope = 'system'");
});
afterAll(async () => {
  await intruder.end();
  await installation.close();
});

const write = (ctx: Context, action: string, objectId: string | null = null, detail = {}) =>
  inOrg(ctx.db, ctx.orgId, (tx) => writeAudit(tx, ctx, action, objectId, detail));
const list = async (ctx: Context, filter: AuditFilter & { cursor?: string; limit?: number } = {}) =>
  listAudit.run(ctx, listAudit.input.parse(filter));
const seal = () => sealAuditLogs(installation.ports, createLog("test", "silent"));
const verify = (ctx: Context) => verifyAudit.run(ctx, {});

describe("the audit log", () => {
  test("says who did what to which thing, with its name then and the fields before and after", async () => {
    const ctx = await addPerson(installation.ports);
    const { id } = (await createWorkroom.run(ctx, { title: "Sales", isDraft: false })) as {
      id: string;
    };
    await renameWorkroom.run(ctx, { workroomId: id, title: "Sales 2026" });
    const { entries } = await list(ctx);
    expect(entries).toMatchObject([
      {
        actor: { kind: "user", id: ctx.actor.userId, name: "Ada" },
        apiKey: null,
        action: "workroom.rename",
        object: { id, title: "Sales 2026" },
        workroomId: id,
        before: { title: "Sales" },
        after: { title: "Sales 2026" },
      },
      { action: "workroom.create", object: { id, title: "Sales" }, before: null, after: null },
    ]);
  });

  test("names the key of a program, and a person who has left", async () => {
    const ctx = await addPerson(installation.ports);
    const leaver = await addPerson(installation.ports, { role: "admin", orgId: ctx.orgId });
    const id = newId("apiKey");
    const { userId } = leaver.actor;
    await inSystem(ctx.db, (tx) =>
      tx.insert(apiKeys).values({
        id,
        orgId: ctx.orgId,
        userId,
        name: "Nightly report",
        secretHash: id,
        lastFour: "abcd",
        scopes: ["write"],
      }),
    );
    const apiKey = { id, scopes: ["write"] as const };
    await write({ ...leaver, actor: { ...leaver.actor, apiKey } }, "workroom.wake");
    await inSystem(ctx.db, (tx) => tx.delete(orgMembers).where(eq(orgMembers.userId, userId)));
    await inSystem(ctx.db, (tx) =>
      tx.update(users).set({ name: "Bo" }).where(eq(users.id, userId)),
    );
    expect((await list(ctx)).entries).toMatchObject([
      { actor: { id: userId, name: "Ada" }, apiKey: { id, name: "Nightly report" } },
    ]);
  });

  test("hides what happened in a private room from an admin who is not in it, but not that it did", async () => {
    const owner = await addPerson(installation.ports, { role: "member" });
    const admin = await addPerson(installation.ports, { role: "admin", orgId: owner.orgId });
    const { id } = (await createWorkroom.run(owner, { title: "My pay", isDraft: false })) as {
      id: string;
    };
    await renameWorkroom.run(owner, { workroomId: id, title: "My new pay" });
    const { entries } = await list(admin);
    expect(entries).toHaveLength(2);
    expect(entries[0]).toMatchObject({
      action: "workroom.rename",
      isHidden: true,
      object: { id, title: null },
    });
    expect(JSON.stringify(entries)).not.toContain("pay");
  });

  test("is filtered by person, action, kind, thing and time, page by page without a gap", async () => {
    const ctx = await addPerson(installation.ports);
    const other = await addPerson(installation.ports, { role: "admin", orgId: ctx.orgId });
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
    const room = newId("workroom");
    for (let second = 0; second < 30; second += 1) {
      const who = second % 3 === 0 ? other : ctx;
      const action = second % 2 === 0 ? "file.write" : "turn.undo";
      // Several in the same instant, to be told apart by their ids.
      await write(
        { ...who, now: () => at(second - (second % 5)) },
        action,
        second < 10 ? room : null,
      );
    }
    const count = async (filter: AuditFilter) =>
      (await list(ctx, { ...filter, limit: 200 })).entries.length;
    expect(await count({ actor: other.actor.userId })).toBe(10);
    expect(await count({ actor: "system" })).toBe(0);
    expect(await count({ action: "file.write" })).toBe(15);
    expect(await count({ action: "file" })).toBe(15);
    expect(await count({ action: "fil" })).toBe(0);
    expect(await count({ object: room })).toBe(10);
    expect(await count({ from: at(5).toISOString(), to: at(15).toISOString() })).toBe(10);
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await list(ctx, { limit: 7, ...(cursor && { cursor }) });
      ids.push(...page.entries.map(({ id }) => id));
      cursor = page.nextCursor ?? null;
    } while (cursor !== null);
    expect(new Set(ids).size).toBe(30);
    expect(ids).toHaveLength(30);
  });

  test("of 100,000 entries is read by its indexes, whatever is asked", async () => {
    const { orgId, actor, db } = await addPerson(installation.ports);
    await intruder.query(
      `insert into audit_entries (id, org_id, actor_kind, actor_id, action, object_id, created_at)
       select 'aud_' || i || $1, $1, 'user', case when i % 1000 = 0 then $2 else 'usr_' || i % 500 end, 'file.write',
         'wr_' || i % 300, now() - i * interval '1 second' from generate_series(1, 100000) i`,
      [orgId, actor.userId],
    );
    await intruder.query("analyze audit_entries");
    for (const condition of [
      "true",
      `actor_id = '${actor.userId}'`,
      "action = 'file.write'",
      "object_id = 'wr_7'",
      "created_at < now() - interval '10 hours'",
    ]) {
      const { rows } = await inOrg(db, orgId, (tx) =>
        tx.execute<{ "QUERY PLAN": unknown }>(
          sql`explain (analyze, buffers, format json) select * from audit_entries where org_id = ${orgId} and ${sql.raw(condition)}
              order by created_at desc, id desc limit 51`,
        ),
      );
      const plan = JSON.stringify(rows[0]?.["QUERY PLAN"]);
      expect(plan).not.toContain("Seq Scan");
      const [, hit] = /"Shared Hit Blocks":(\d+)/.exec(plan) ?? [];
      expect({ condition, isCheap: Number(hit) < 150 }).toEqual({ condition, isCheap: true });
    }
    await intruder.query("delete from audit_entries where org_id = $1", [orgId]);
    await intruder.query("delete from audit_unsealed where org_id = $1", [orgId]);
  });
});

/** An organisation with sealed entries, numbered 1 to `count`. */
async function sealed(count: number) {
  const ctx = await addPerson(installation.ports);
  for (let i = 0; i < count; i += 1) await write(ctx, "file.write", null, { path: `${i}.txt` });
  await seal();
  const seals = await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.select().from(auditSeals).orderBy(auditSeals.number),
  );
  return { ctx, idOf: (number: number) => seals[number - 1]?.entryId ?? "" };
}

describe("the chain of seals", () => {
  test("covers each entry once, and says that nothing is broken", async () => {
    const { ctx } = await sealed(12);
    await write(ctx, "file.write");
    expect(await verify(ctx)).toEqual({
      state: "unbroken",
      entryCount: 12,
      waitingCount: 1,
      break: null,
    });
    await seal();
    expect(await verify(ctx)).toMatchObject({ state: "unbroken", entryCount: 13, waitingCount: 0 });
  });

  test.each([
    ["a changed action", "update audit_entries set action = 'x' where id = $1", "changed", 5],
    [
      "a changed time",
      "update audit_entries set created_at = created_at + interval '1 s' where id = $1",
      "changed",
      5,
    ],
    ["another person", "update audit_entries set actor_id = 'usr_x' where id = $1", "changed", 5],
    ["a changed detail", "update audit_entries set detail = '{}' where id = $1", "changed", 5],
    ["a removed entry", "delete from audit_entries where id = $1", "removed", 5],
    ["a removed seal", "delete from audit_seals where entry_id = $1", "seal_removed", 5],
    ["a forged seal", "update audit_seals set hash = 'x' where entry_id = $1", "changed", 5],
  ] as const)("names the place of %s", async (_what, statement, why, number) => {
    const { ctx, idOf } = await sealed(8);
    await intruder.query(statement, [idOf(5)]);
    const found = await verify(ctx);
    expect(found).toMatchObject({
      state: "broken",
      entryCount: number - 1,
      break: { number, why },
    });
  });

  test("names a removed entry whose seal and all later ones were removed as well", async () => {
    const { ctx, idOf } = await sealed(8);
    await intruder.query("delete from audit_entries where id = $1", [idOf(5)]);
    await intruder.query("delete from audit_seals where org_id = $1 and number >= 5", [ctx.orgId]);
    expect(await verify(ctx)).toMatchObject({ state: "broken", break: { why: "not_sealed" } });
  });

  test("an entry that was removed before it was sealed is missed", async () => {
    const { ctx } = await sealed(2);
    await write(ctx, "file.write");
    const { entries } = await list(ctx, { limit: 1 });
    await intruder.query("delete from audit_entries where id = $1", [entries[0]?.id]);
    await seal();
    expect(await verify(ctx)).toMatchObject({
      state: "broken",
      break: { entryId: entries[0]?.id, why: "removed" },
    });
  });

  test("does not skip an entry whose transaction commits late", async () => {
    const ctx = await addPerson(installation.ports);
    const commit = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const late = inOrg(ctx.db, ctx.orgId, async (tx) => {
      await writeAudit(tx, ctx, "file.write", null);
      written.resolve();
      await commit.promise;
    });
    await written.promise;
    for (let i = 0; i < 5; i += 1) await write(ctx, "file.write");
    await seal();
    commit.resolve();
    await late;
    await seal();
    expect(await verify(ctx)).toMatchObject({ state: "unbroken", entryCount: 6, waitingCount: 0 });
  });

  test("stays one chain when many seal at once while entries come in", async () => {
    const ctx = await addPerson(installation.ports);
    await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        await write(ctx, "file.write", null, { number: i });
        await sealAudit(installation.ports, ctx.orgId);
      }),
    );
    await seal();
    expect(await verify(ctx)).toMatchObject({ state: "unbroken", entryCount: 40, waitingCount: 0 });
  });

  test("stays one chain when entries wait once more after a restore", async () => {
    const { ctx } = await sealed(6);
    await intruder.query(
      "insert into audit_unsealed select org_id, id, created_at from audit_entries where org_id = $1",
      [ctx.orgId],
    );
    await write(ctx, "file.write");
    await seal();
    expect(await verify(ctx)).toMatchObject({ state: "unbroken", entryCount: 7, waitingCount: 0 });
  });

  test("is of one organisation", async () => {
    const one = await sealed(3);
    const two = await sealed(4);
    await intruder.query("delete from audit_entries where id = $1", [two.idOf(2)]);
    expect(await verify(one.ctx)).toMatchObject({ state: "unbroken", entryCount: 3 });
    expect(await verify(two.ctx)).toMatchObject({ state: "broken", break: { number: 2 } });
  });

  test("the product itself can't change or remove an entry or a seal", async () => {
    const { ctx } = await sealed(1);
    for (const table of [auditEntries, auditSeals])
      await expect(
        inOrg(ctx.db, ctx.orgId, (tx) => tx.delete(table).where(eq(table.orgId, ctx.orgId))),
      ).rejects.toMatchObject({ cause: { code: "42501" } });
  });
});
