import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg, inSystem } from "@/lib/db/client";
import { apiKeys, orgMembers, users } from "@/lib/db/schema";
import type { Context } from "@/lib/domain/context";
import { renameWorkroom } from "@/lib/domain/workroom/rename-workroom";
import { createWorkroom } from "@/lib/domain/workroom/create-workroom";
import { newId } from "@/lib/ids";
import type { AuditFilter } from "@/lib/protocol/audit";
import { addPerson, openInstallation, type Installation } from "@/test/installation";
import { writeAudit } from "../write-audit";
import { listAudit } from "./list-audit";

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
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

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

  test("of 40,000 entries is read by its indexes, whatever is asked", async () => {
    const { orgId, actor, db } = await addPerson(installation.ports);
    await intruder.query(
      `insert into audit_entries (id, org_id, actor_kind, actor_id, action, object_id, created_at)
       select 'aud_' || i || $1, $1, 'user', case when i % 1000 = 0 then $2 else 'usr_' || i % 500 end, 'file.write',
         'wr_' || i % 300, now() - i * interval '1 second' from generate_series(1, 40000) i`,
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
