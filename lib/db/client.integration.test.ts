import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { inOrg, inSystem, readInOrg, readInSystem } from "./client";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const addOrg = (id: string) => sql`insert into orgs (id, slug, name) values (${id}, ${id}, 'Org')`;
const countOrgs = async (id: string) => {
  const count = sql`select count(*)::int as n from orgs where id = ${id}`;
  const { rows } = await readInSystem(database.db, (tx) => tx.execute(count));
  return rows[0]?.["n"];
};

test("a failure rolls back what was written before it, also beside it, and the connection serves the next one", async () => {
  const failing = inSystem(database.db, async (tx) => {
    await tx.execute(addOrg("org_before"));
    await Promise.all([
      tx.execute(addOrg("org_beside")),
      tx.execute(sql`select 1 / 0`),
      tx.execute(addOrg("org_behind")),
    ]);
  });
  await expect(failing).rejects.toBeInstanceOf(Error);
  for (const id of ["org_before", "org_beside", "org_behind"]) expect(await countOrgs(id)).toBe(0);
});

test("work that catches a failed statement can't end as if it had been stored", async () => {
  const swallowing = inSystem(database.db, async (tx) => {
    await tx.execute(addOrg("org_lost"));
    await tx.execute(sql`select 1 / 0`).catch(() => undefined);
  });
  await expect(swallowing).rejects.toBeInstanceOf(Error);
  expect(await countOrgs("org_lost")).toBe(0);
});

test("a transaction whose connection died fails and stores nothing; the next one gets another connection", async () => {
  const cut = inSystem(database.db, async (tx) => {
    await tx.execute(addOrg("org_cut"));
    await tx.execute(sql`select pg_terminate_backend(pg_backend_pid())`);
  });
  await expect(cut).rejects.toBeInstanceOf(Error);
  expect(await countOrgs("org_cut")).toBe(0);
});

test("reading can't write, and the organisation of one transaction never reaches the next", async () => {
  await inSystem(database.db, (tx) => tx.execute(addOrg("org_one")));
  await expect(
    readInSystem(database.db, (tx) => tx.execute(addOrg("org_two"))),
  ).rejects.toMatchObject({ cause: { code: "25006" } });
  const scope = sql`select current_setting('workroom.org_id', true) as org, current_setting('workroom.scope', true) as scope, (select count(*)::int from orgs) as n`;
  const seen = await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const orgId = i % 2 === 0 ? "org_one" : `org_none_${i}`;
      return (i % 3 === 0 ? inOrg : readInOrg)(database.db, orgId, async (tx) => {
        const { rows } = await tx.execute(scope);
        return { orgId, ...rows[0] } as { orgId: string; org: string; scope: string; n: number };
      });
    }),
  );
  for (const { orgId, org, scope: system, n } of seen) {
    expect(org).toBe(orgId);
    expect(system ?? "").toBe("");
    expect(n).toBe(orgId === "org_one" ? 1 : 0);
  }
  const { rows } = await database.db.execute(scope);
  expect(rows[0]).toMatchObject({ org: "", n: 0 });
});
