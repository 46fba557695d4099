import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AuditEntryView } from "@/lib/protocol/audit";
import { ask } from "@/test/gateway/ask";
import { startTestGateway, type Person, type TestGateway } from "@/test/gateway/start-gateway";

const COUNT = 30_000;

let gateway: TestGateway;
let admin: Person;

beforeAll(async () => {
  gateway = await startTestGateway();
  admin = await gateway.addPerson();
  const owner = new Client({ connectionString: gateway.ownerUrl });
  await owner.connect();
  await owner.query("set workroom.scope = 'system'");
  await owner.query(
    `insert into audit_entries (id, org_id, actor_kind, actor_id, action, object_id, object_title, created_at)
     select 'aud_' || i, $1, 'user', $2, case when i % 3 = 0 then 'file.write' else 'workroom.rename' end, 'x',
       case when i = 7 then '=HYPERLINK("http://evil")' else 'Room ' || i end, now() - i * interval '1 second'
     from generate_series(1, ${COUNT}) i`,
    [admin.orgId, admin.userId],
  );
  await owner.end();
});
afterAll(() => gateway.close());

const download = (who: Person | null, query: string) =>
  ask(gateway.port, `/api/v1/audit/export?${query}`, {
    host: `workroom.localhost:${gateway.port}`,
    headers: who ? { cookie: who.cookie } : {},
  });

test("the whole log leaves as a table, newest first, and nothing in it is a formula", async () => {
  const { status, headers, text } = await download(admin, "format=csv");
  expect(status).toBe(200);
  expect(headers["content-disposition"]).toMatch(/^attachment; filename="audit-log-[\d-]+\.csv"/);
  const lines = text.trimEnd().split("\r\n");
  expect(lines).toHaveLength(COUNT + 2); // the head, and the entry of this very export
  expect(lines[0]).toBe(
    "\uFEFFtime,person,person id,API key,action,object,object id,workroom id,before,after,detail",
  );
  expect(lines[1]).toContain("audit.export");
  expect(text).toContain(`,"'=HYPERLINK(""http://evil"")",`);
  expect(text).not.toMatch(/,"?=/);
});

test("the same as JSON lines, each entry once, as a filter leaves them", async () => {
  const { text } = await download(admin, "format=jsonl&action=file.write");
  const entries = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as AuditEntryView);
  expect(new Set(entries.map(({ id }) => id)).size).toBe(COUNT / 3);
  expect(entries.every(({ action }) => action === "file.write")).toBe(true);
});

test("it is for admins of that organisation alone", async () => {
  const member = await gateway.addPerson({ orgId: admin.orgId, role: "member" });
  const stranger = await gateway.addPerson();
  const org = `org=${admin.orgId}`;
  const answers = [
    await download(null, org),
    await download(member, org),
    await download(stranger, org),
    await download(admin, "org=org_00000000000000000000"),
    await download(admin, "format=xml"),
    await download(admin, "actors=all"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([401, 403, 404, 404, 400, 400]);
  expect((await download(stranger, "format=jsonl")).text.trimEnd().split("\n")).toHaveLength(1);
});
