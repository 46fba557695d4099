import { eq } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { apiKeys, auditEntries, orgMembers, users } from "@/lib/db/schema";
import { newApiKeySecret } from "@/lib/domain/identity/api-key-secret";
import { hashPassword } from "@/lib/domain/identity/password";
import { addKey } from "@/test/add-key";
import { addPerson } from "@/test/installation";
import { openRest, type Rest } from "@/test/rest";

let rest: Rest;
beforeAll(async () => {
  rest = await openRest();
});
afterAll(() => rest.close());

const newColleague = async (role: "admin" | "member" | "viewer" = "member") => {
  const { actor, orgId } = await addPerson(rest.ports, { orgId: rest.person.orgId, role });
  return { userId: actor.userId, orgId };
};
const statusOf = async (key: string, method = "GET", path = "/workrooms", body?: unknown) =>
  (await rest.ask(method, path, body === undefined ? { key } : { key, body })).status;

describe("an API key", () => {
  test("is made for nobody who has only the browser: the password is asked", async () => {
    const passwordHash = await hashPassword("a long sentence as password");
    const mine = eq(users.id, rest.person.actor.userId);
    const setHash = (value: string | null) =>
      inSystem(rest.ports.db, (tx) => tx.update(users).set({ passwordHash: value }).where(mine));
    await setHash(passwordHash);
    const body = { name: "Robot", scopes: ["read"] };
    const wrong = await rest.ask("POST", "/api-keys", { body });
    const currentPassword = "a long sentence as password";
    const right = await rest.ask("POST", "/api-keys", { body: { ...body, currentPassword } });
    await setHash(null);
    expect([wrong.status, right.status]).toEqual([400, 201]);
    expect((await rest.ask("DELETE", `/api-keys/${String(right.body["id"])}`)).status).toBe(200);
  });

  test("is shown once, kept as a hash, and acts as its person within its scopes", async () => {
    const body = { name: "Robot", scopes: ["write", "read", "read"], expiresInDays: 30 };
    const made = await rest.ask("POST", "/api-keys", { body });
    expect(made).toMatchObject({
      status: 201,
      body: { name: "Robot", scopes: ["read", "write"], state: "active", lastUsedAt: null },
    });
    const key = String(made.body["key"]);
    const room = await rest.ask("POST", "/workrooms", { key, body: { title: "By a robot" } });
    expect(room.status).toBe(201);
    expect(room.body["createdBy"]).toMatchObject({ id: rest.person.actor.userId });
    const listed = await rest.ask("GET", "/api-keys");
    expect(listed.text).not.toContain(key);
    expect(listed.body["keys"]).toMatchObject([{ name: "Robot", lastFour: key.slice(-4) }]);
    const rows = await inSystem(rest.ports.db, async (tx) => ({
      keys: await tx.select().from(apiKeys),
      audit: await tx.select().from(auditEntries),
    }));
    expect(JSON.stringify(rows)).not.toContain(key);
    const written = rows.audit.find(({ action }) => action === "workroom.create");
    expect(written).toMatchObject({ apiKeyId: made.body["id"] });
  });

  test("needs no Origin, and counts where a cookie came along", async () => {
    const { secret } = await addKey(rest.ports, { ...(await newColleague()), scopes: ["read"] });
    const headers = { cookie: rest.cookie, origin: "http://evil.example" };
    const viewer = await rest.ask("GET", "/viewer", { key: secret, headers });
    expect((viewer.body["user"] as { id: string }).id).not.toBe(rest.person.actor.userId);
    const bad = await rest.ask("GET", "/viewer", { key: newApiKeySecret(), headers });
    expect(bad.status).toBe(401);
  });

  test.each(["wrk_", "x", `wrk_${"0".repeat(59)}`, newApiKeySecret()])(
    "that is none (%s) is refused",
    async (key) => {
      const answer = await rest.ask("GET", "/viewer", { key });
      expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
      expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="Workroom"');
    },
  );

  test("that is revoked, expired, or of a removed member is refused at once", async () => {
    const colleague = await newColleague();
    const { ports } = rest;
    const revoked = await addKey(ports, { ...colleague, scopes: ["read"] });
    expect(await statusOf(revoked.secret)).toBe(200);
    expect((await rest.ask("DELETE", `/api-keys/${revoked.id}`)).status).toBe(200);
    expect(await statusOf(revoked.secret)).toBe(401);
    expect((await rest.ask("DELETE", `/api-keys/${revoked.id}`)).status).toBe(404);

    const expiresAt = new Date(Date.now() + 3_600_000);
    const ending = await addKey(ports, { ...colleague, scopes: ["read"], expiresAt });
    const later = { ...ports, now: () => expiresAt };
    expect(await statusOf(ending.secret)).toBe(200);
    expect((await rest.ask("GET", "/viewer", { key: ending.secret, ports: later })).status).toBe(
      401,
    );

    const key = await addKey(ports, { ...colleague, scopes: ["read"] });
    expect(await statusOf(key.secret)).toBe(200);
    await inSystem(ports.db, (tx) =>
      tx.delete(orgMembers).where(eq(orgMembers.userId, colleague.userId)),
    );
    expect(await statusOf(key.secret)).toBe(401);
  });

  test("has the role its person has now, never more than its scopes", async () => {
    const colleague = await newColleague("admin");
    const key = await addKey(rest.ports, { ...colleague, scopes: ["read", "write", "admin"] });
    const makes = () => statusOf(key.secret, "POST", "/workrooms", {});
    expect(await makes()).toBe(201);
    await inSystem(rest.ports.db, (tx) =>
      tx.update(orgMembers).set({ role: "viewer" }).where(eq(orgMembers.userId, colleague.userId)),
    );
    expect(await makes()).toBe(403);
    const reader = await addKey(rest.ports, { ...(await newColleague()), scopes: ["read"] });
    const refused = await rest.ask("POST", "/workrooms", { key: reader.secret, body: {} });
    expect(refused).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(refused.body["detail"]).toContain('"write"');
  });

  test("manages no keys, and reaches no other organisation", async () => {
    const all = ["read", "write", "run", "admin"] as const;
    const owner = { userId: rest.person.actor.userId, orgId: rest.person.orgId };
    const { id, secret } = await addKey(rest.ports, { ...owner, scopes: [...all] });
    expect(await statusOf(secret, "POST", "/api-keys", { name: "More", scopes: ["admin"] })).toBe(
      403,
    );
    expect(await statusOf(secret, "DELETE", `/api-keys/${id}`)).toBe(403);
    const other = await addPerson(rest.ports);
    const headers = { "workroom-org": other.orgId };
    expect((await rest.ask("GET", "/workrooms", { key: secret, headers })).status).toBe(404);
    const foreign = await addKey(rest.ports, { ...owner, orgId: other.orgId, scopes: ["read"] });
    expect(await statusOf(foreign.secret)).toBe(401);
  });

  test("notes its use without making anybody wait, at most once a minute", async () => {
    const { id, secret } = await addKey(rest.ports, {
      ...(await newColleague()),
      scopes: ["read"],
    });
    const lastUse = async () => {
      const [row] = await inSystem(rest.ports.db, (tx) =>
        tx.select().from(apiKeys).where(eq(apiKeys.id, id)),
      );
      return row?.lastUsedAt ?? null;
    };
    await statusOf(secret);
    await expect.poll(lastUse).not.toBeNull();
    const first = await lastUse();
    const soon = { ...rest.ports, now: () => new Date(Date.now() + 30_000) };
    await rest.ask("GET", "/workrooms", { key: secret, ports: soon });
    const later = { ...rest.ports, now: () => new Date(Date.now() + 90_000) };
    await rest.ask("GET", "/workrooms", { key: secret, ports: later });
    await expect.poll(async () => (await lastUse())?.getTime()).toBeGreaterThan(first!.getTime());
    expect((await lastUse())!.getTime()).toBeGreaterThan(Date.now() + 60_000);
  });

  test("is seen and revoked by an admin, and by nobody else than its person", async () => {
    const [colleague, stranger] = [await newColleague(), await newColleague()];
    const key = await addKey(rest.ports, { ...colleague, scopes: ["read"] });
    const all = await rest.ask("GET", "/api-keys?view=all&limit=100");
    expect((all.body["keys"] as { id: string }[]).map(({ id }) => id)).toContain(key.id);
    const reader = await addKey(rest.ports, { ...stranger, scopes: ["read", "admin"] });
    expect(await statusOf(reader.secret, "GET", "/api-keys?view=all")).toBe(403);
    const mine = await rest.ask("GET", "/api-keys", { key: reader.secret });
    expect((mine.body["keys"] as { id: string }[]).map(({ id }) => id)).toEqual([reader.id]);
  });

  test("is listed page by page, without loss while new ones come", async () => {
    const colleague = await newColleague();
    const made: string[] = [];
    for (let count = 0; count < 7; count += 1)
      made.unshift((await addKey(rest.ports, { ...colleague, scopes: ["read"] })).id);
    const key = (await addKey(rest.ports, { ...colleague, scopes: ["read"] })).secret;
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor ? `&cursor=${cursor}` : "";
      const { body } = await rest.ask("GET", `/api-keys?limit=3${query}`, { key });
      seen.push(...(body["keys"] as { id: string }[]).map(({ id }) => id));
      cursor = body["nextCursor"] as string | null;
      await addKey(rest.ports, { ...colleague, scopes: ["read"] });
    }
    expect(seen.slice(1)).toEqual(made);
    expect((await rest.ask("GET", "/api-keys?cursor=abc", { key })).status).toBe(400);
  });
});
