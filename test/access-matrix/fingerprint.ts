import { sql } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import type { World } from "./world";

/** Times of use, which a refused call may set, and counters of tries. */
const ofUse = ["last_seen_at", "last_used_at", "address"];
const notOfOrg = ["rate_limits", "idempotency_keys"];

const list = (ids: readonly string[]) =>
  sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  );

/** What each table holds of the world's organisations and people: a text that differs when anything does. */
export async function fingerprint({ ports, inhabitants }: World): Promise<Record<string, string>> {
  const people = Object.values(inhabitants);
  const orgIds = list([...new Set(people.map(({ orgId }) => orgId))]);
  const userIds = list(people.map(({ userId }) => userId));
  return inSystem(ports.db, async (tx) => {
    const { rows } = await tx.execute<{ name: string; column: string }>(sql`
      select distinct on (table_name) table_name as name, column_name as column
      from information_schema.columns
      where table_schema = 'public'
        and (column_name in ('org_id', 'user_id') or (table_name in ('orgs', 'users') and column_name = 'id'))
      order by table_name, column_name`);
    const found: Record<string, string> = {};
    for (const { name, column } of rows) {
      if (notOfOrg.includes(name)) continue;
      const isOfPerson = column === "user_id" || name === "users";
      const { rows: hashes } = await tx.execute<{ hash: string | null }>(sql`
        select md5(string_agg(line, '|' order by line)) as hash from (
          select (to_jsonb(t) - ${sql.raw(`array[${ofUse.map((one) => `'${one}'`).join(",")}]`)})::text as line
          from ${sql.identifier(name)} t
          where ${sql.identifier(column)} in (${isOfPerson ? userIds : orgIds})
        ) as lines`);
      found[name] = hashes[0]?.hash ?? "";
    }
    return found;
  });
}
