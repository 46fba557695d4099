import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { inOrg, inSystem } from "./client";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const tableNames = async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by 1",
  );
  return rows.map((row) => row.name);
};

/** One row for every column that must not be null, whatever the table is. */
async function insertRow(name: string, org: string): Promise<void> {
  const { rows: columns } = await database.pool.query<{ column: string; type: string }>(
    `select column_name as column, data_type as type from information_schema.columns
     where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and column_default is null`,
    [name],
  );
  const value = (column: string, type: string) => {
    if (column === "org_id" || (name === "orgs" && column === "id")) return `'${org}'`;
    if (type === "jsonb") return `'[]'`;
    if (type === "boolean") return "true";
    if (type.startsWith("timestamp")) return "now()";
    return type === "integer" || type === "bigint" ? "1" : `'${org}-${name}'`;
  };
  const names = columns.map((one) => `"${one.column}"`).join(", ");
  const values = columns.map((one) => value(one.column, one.type)).join(", ");
  await inSystem(database.db, (tx) =>
    tx.execute(sql.raw(`insert into "${name}" (${names}) values (${values})`)),
  );
}

describe("row-level security", () => {
  test("every table of the product has it, forced on the owner too, with a policy", async () => {
    const { rows } = await database.pool.query(
      `select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind = 'r'
       and not (relrowsecurity and relforcerowsecurity
                and exists (select 1 from pg_policy p where p.polrelid = c.oid))`,
    );
    expect(rows).toEqual([]);
    expect((await tableNames()).length).toBeGreaterThan(10);
  });

  test("no table shows or gives a row to another organisation, or to a transaction without one", async () => {
    const owner = await import("pg").then(({ Client }) => new Client(database.ownerUrl));
    await owner.connect();
    // The rows are made up, so references between tables are not checked in this copy of the database.
    const { rows } = await owner.query<{ line: string }>(
      `select format('alter table %I drop constraint %I', conrelid::regclass, conname) as line
       from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    );
    for (const { line } of rows) await owner.query(line);
    await owner.end();

    for (const name of await tableNames()) {
      await insertRow(name, "org_a");
      const count = sql.raw(`select 1 from "${name}"`);
      const seen = await inOrg(database.db, "org_b", (tx) => tx.execute(count));
      expect({ name, rows: seen.rows.length }).toEqual({ name, rows: 0 });
      const bare = await database.db.execute(count);
      expect({ name, rows: bare.rows.length }).toEqual({ name, rows: 0 });
      const all = await inSystem(database.db, (tx) => tx.execute(count));
      expect({ name, isThere: all.rows.length > 0 }).toEqual({ name, isThere: true });
    }
  });

  test("an organisation can't write a row of another one", async () => {
    const insert = sql`insert into audit_entries (id, org_id, actor_kind, actor_id, action) values ('x', 'org_a', 'user', 'u', 'a')`;
    await expect(inOrg(database.db, "org_b", (tx) => tx.execute(insert))).rejects.toMatchObject({
      cause: { code: "42501" },
    });
  });

  test("the product's role is no superuser, bypasses no policy and can't change the audit log", async () => {
    const { rows } = await database.pool.query(
      "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user",
    );
    expect(rows).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false }]);
    const change = sql`update audit_entries set action = 'nothing'`;
    await expect(inSystem(database.db, (tx) => tx.execute(change))).rejects.toMatchObject({
      cause: { code: "42501" },
    });
  });
});
