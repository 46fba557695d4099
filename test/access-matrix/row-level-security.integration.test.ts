import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import type { PoolClient } from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg, inSystem } from "@/lib/db/client";
import { users } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import { verbs } from "@/lib/server/verbs/registry";
import { openInstallation, type Installation } from "../installation";
import { askVerb } from "./ask-verb";
import { inputOf } from "./input-of";
import { recordStatements, type Statement } from "./recorded-statements";
import { type Row, table } from "./table";
import { makeWorld } from "./world";

let installation: Installation;
let dataDir: string;
let recorder: ReturnType<typeof recordStatements>;

beforeAll(async () => {
  vi.stubEnv("NEXTAUTH_SECRET", "0123456789abcdef0123456789abcdef");
  dataDir = mkdtempSync(join(tmpdir(), "wr-rls-"));
  const provisioner = createFakeProvisioner({ dataDir });
  installation = await openInstallation({ dataDir, provisioner });
  recorder = recordStatements(installation.database.pool);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await installation.close();
});

/** Functions that set the scope themselves, from an argument that only the product gives; and the queue of jobs. */
const setsOwnScope = /graphile_worker|append_frames|read_chat_events|append_chat_events/;

test("every table with an organisation hides its rows from all others, its owner not excepted", async () => {
  const { rows } = await installation.database.pool.query<{ name: string }>(`
    select c.table_name as name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'org_id' and t.table_type = 'BASE TABLE'
      and c.table_name <> 'tickets' and not exists (
        select 1 from pg_policy p join pg_class r on r.oid = p.polrelid
        where r.relname = c.table_name and r.relrowsecurity and r.relforcerowsecurity
          and pg_get_expr(p.polqual, p.polrelid) like '%org_id = workroom_org()%'
          and pg_get_expr(p.polwithcheck, p.polrelid) like '%org_id = workroom_org()%')`);
  expect(rows).toEqual([]);
});

test("what every verb asks the database tells and changes nothing when it is asked as another organisation", async () => {
  const world = await open();
  const emptyOrgId = newId("org");
  for (const verb of verbs) {
    const row: Row = table[verb.name as keyof typeof table];
    const fresh = verb.rest.method === "GET" ? world : await open();
    await row.prepare?.(fresh);
    recorder.start();
    await askVerb(fresh, row.profile.keysOf, {
      verb,
      profile: row.profile,
      input: inputOf(verb, row, fresh),
    });
    recorder.stop();
  }
  const distinct = new Map(recorder.statements.map((one) => [one.text, one]));
  const asked = [...distinct.values()].filter(({ text }) => !setsOwnScope.test(text));
  expect(asked.length).toBeGreaterThan(100);
  const leaks: string[] = [];
  for (const statement of asked) {
    const leak = await replay(statement, emptyOrgId);
    if (leak !== null) leaks.push(`${leak}: ${statement.text}`);
  }
  expect(leaks).toEqual([]);
});

test("a person's name and address are seen by their colleagues, by nobody else, and not after they have left", async () => {
  const { inhabitants, orgId, ports } = await open();
  const seen = (home: string) =>
    inOrg(ports.db, home, (tx) => tx.select({ id: users.id }).from(users));
  const here = (await seen(orgId)).map(({ id }) => id);
  expect(here).toContain(inhabitants.viewer.userId);
  for (const stranger of [inhabitants.removed, inhabitants.foreigner, inhabitants.intruder])
    expect(here).not.toContain(stranger.userId);
  expect(await seen(inhabitants.foreigner.orgId)).toEqual([{ id: inhabitants.foreigner.userId }]);
  expect(await ports.db.select({ id: users.id }).from(users)).toEqual([]);
  const all = await inSystem(ports.db, (tx) =>
    tx.execute(sql`select count(*)::int as n from users`),
  );
  expect(all.rows[0]?.["n"]).toBeGreaterThan(here.length);
});

const open = () => makeWorld(installation.ports, dataDir, "open");

/** Runs a statement with its own values in the scope of another organisation; what it tells or does, if anything. */
async function replay({ text, values }: Statement, orgId: string): Promise<string | null> {
  const client: PoolClient = await installation.database.pool.connect();
  try {
    await client.query("begin");
    await client.query("select set_config('workroom.org_id', $1, true)", [orgId]);
    const kind = /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? "";
    const { rows, rowCount } = await client.query<Record<string, unknown>>(text, values);
    if (kind === "select" || kind === "with") return tellsOf(rows);
    return (rowCount ?? 0) > 0 ? `${kind} of ${rowCount} rows` : null;
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "42501" ? null : `failed (${String(code)})`;
  } finally {
    await client.query("rollback");
    client.release();
  }
}

/** Counts of nothing and "is there one: no" are no news. */
function tellsOf(rows: Record<string, unknown>[]): string | null {
  const news = rows.flatMap((row) =>
    Object.entries(row)
      .filter(([, value]) => !isNothing(value))
      .map(([name]) => name),
  );
  return news.length === 0 ? null : `tells ${[...new Set(news)].join(", ")}`;
}

const isNothing = (value: unknown) =>
  value === null ||
  value === false ||
  value === 0 ||
  value === "0" ||
  value === "" ||
  (Array.isArray(value) && value.length === 0);
