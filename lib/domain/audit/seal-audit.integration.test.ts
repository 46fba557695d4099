import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { desc, eq } from "drizzle-orm";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg } from "@/lib/db/client";
import { auditEntries, auditSeals } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { createLog } from "@/lib/log";
import { sealAuditLogs } from "@/lib/worker/seal-audit-logs";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { writeAudit } from "../write-audit";
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
const seal = () => sealAuditLogs(installation.ports, createLog("test", "silent"));
const verify = (ctx: Context) => verifyAudit.run(ctx, {});

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
    const [entry] = await inOrg(ctx.db, ctx.orgId, (tx) =>
      tx.select().from(auditEntries).orderBy(desc(auditEntries.createdAt)).limit(1),
    );
    await intruder.query("delete from audit_entries where id = $1", [entry?.id]);
    await seal();
    expect(await verify(ctx)).toMatchObject({
      state: "broken",
      break: { entryId: entry?.id, why: "removed" },
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
