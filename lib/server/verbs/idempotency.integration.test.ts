import { eq } from "drizzle-orm";
import { z } from "zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inOrg, inSystem } from "@/lib/db/client";
import { idempotencyKeys, workrooms } from "@/lib/db/schema";
import { defineVerb, type Verb } from "@/lib/domain/define-verb";
import { ANSWER_LIFE_MS, LEASE_MS } from "@/lib/domain/idempotency/answer-once";
import { sweepIdempotencyKeys } from "@/lib/worker/sweep-idempotency-keys";
import { addKey } from "@/test/add-key";
import { addPerson } from "@/test/installation";
import { openRest, type Rest } from "@/test/rest";
import { dispatchVerb } from "./dispatch-verb";

let rest: Rest;
beforeAll(async () => {
  rest = await openRest();
});
afterAll(() => rest.close());

const post = (key: string, body: unknown, path = "/workrooms") =>
  rest.ask("POST", path, { body, headers: { "idempotency-key": key } });
const roomsNamed = async (title: string) =>
  inSystem(rest.ports.db, (tx) => tx.select().from(workrooms).where(eq(workrooms.title, title)));
const kept = () => inSystem(rest.ports.db, (tx) => tx.select().from(idempotencyKeys));
const at = (ms: number) => ({ ...rest.ports, now: () => new Date(Date.now() + ms) });

/** A verb whose work the test holds in its hands. */
function heldVerb(work: () => Promise<unknown>): Verb {
  const held = defineVerb({
    name: "held.create",
    summary: "Waits.",
    input: z.strictObject({}),
    output: z.unknown(),
    action: "org.read",
    rest: { method: "POST", path: "/held" },
    run: work,
  });
  return held as unknown as Verb;
}
function askHeld(verb: Verb, key: string, ports = rest.ports): Promise<Response> {
  const { origin } = rest.ports.settings.appUrl;
  const headers = { cookie: rest.cookie, origin, "idempotency-key": key };
  const request = new Request(`${origin}/api/v1/held`, { method: "POST", headers });
  return dispatchVerb([verb], ports, request, ["held"]);
}

describe("an Idempotency-Key", () => {
  test("of 50 requests at once makes one room, and each asker gets that room or is told to wait", async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => post("fifty", { title: "Fifty" })),
    );
    expect(await roomsNamed("Fifty")).toHaveLength(1);
    const made = answers.filter(({ status }) => status === 201);
    expect(new Set(made.map(({ body }) => body["id"])).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject({ status: 409, body: { code: "conflict" } });
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    const again = await post('"fifty"', { title: "Fifty" });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.status).toBe(201);
    expect(again.body["id"]).toBe(made[0]?.body["id"]);
  });

  test("with another request is refused", async () => {
    expect((await post("two", { title: "One" })).status).toBe(201);
    const other = await post("two", { title: "Two" });
    expect(other).toMatchObject({ status: 422, body: { code: "key_reused" } });
    expect(await roomsNamed("Two")).toEqual([]);
  });

  test("keeps a refusal as it keeps an answer, and no text of an answer in the clear", async () => {
    const [first, second] = [await post("bad", { owner: 1 }), await post("bad", { owner: 1 })];
    expect(second.status).toBe(400);
    expect(second.text).toBe(first.text);
    expect(second.type).toBe("application/problem+json");
    const body = { name: "Once", scopes: ["read"] };
    const key = await post("secret", body, "/api-keys");
    const again = await post("secret", body, "/api-keys");
    expect(again.body["key"]).toBe(key.body["key"]);
    const rows = await inSystem(rest.ports.db, (tx) => tx.select().from(idempotencyKeys));
    expect(JSON.stringify(rows)).not.toContain(key.body["key"]);
    const listed = (await rest.ask("GET", "/api-keys")).body["keys"] as { name: string }[];
    expect(listed.filter(({ name }) => name === "Once")).toHaveLength(1);
  });

  test.each(["", "a b", "x".repeat(256), "\u00e4"])(
    "that can't be one (%s) is refused",
    async (key) => {
      expect((await post(key, {})).status).toBe(400);
    },
  );

  test("while the first request runs, the second is told to wait; a failure of ours is not kept", async () => {
    const gate = Promise.withResolvers<unknown>();
    const verb = heldVerb(() => gate.promise);
    const first = askHeld(verb, "held");
    await expect
      .poll(async () => (await askHeld(verb, "held")).status, { timeout: 5_000 })
      .toBe(409);
    gate.reject(new Error("broken"));
    expect((await first).status).toBe(500);
    const fine = heldVerb(async () => ({ done: true }));
    const again = await askHeld(fine, "held");
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotent-replayed")).toBeNull();
  });

  test("of a process that died is free after its lease; an answer is free after a day", async () => {
    const { orgId, actor } = rest.person;
    const row = { orgId, userId: actor.userId, key: "browser dead", requestHash: "x" };
    await inOrg(rest.ports.db, orgId, (tx) => tx.insert(idempotencyKeys).values(row));
    const verb = heldVerb(async () => ({ done: 1 }));
    expect((await askHeld(verb, "dead")).status).toBe(422);
    expect((await askHeld(verb, "dead", at(LEASE_MS + 5_000))).status).toBe(201);
    const soon = await askHeld(verb, "dead", at(ANSWER_LIFE_MS - 60_000));
    expect(soon.headers.get("idempotent-replayed")).toBe("true");
    const late = await askHeld(verb, "dead", at(ANSWER_LIFE_MS + 120_000));
    expect(late.headers.get("idempotent-replayed")).toBeNull();
  });

  test("is forgotten by the worker a day later, and not before", async () => {
    await post("swept", { title: "Swept" });
    await sweepIdempotencyKeys(at(ANSWER_LIFE_MS - 60_000));
    expect((await kept()).map(({ key }) => key)).toContain("browser swept");
    await sweepIdempotencyKeys(at(ANSWER_LIFE_MS + 60_000));
    expect((await kept()).map(({ key }) => key)).not.toContain("browser swept");
  });

  test("of one person is none of another's, and of one API key none of another key's", async () => {
    const { orgId, actor } = rest.person;
    const colleague = await addPerson(rest.ports, { orgId, role: "member" });
    const mine = { orgId, userId: actor.userId };
    const theirs = { orgId, userId: colleague.actor.userId };
    const keys = [
      undefined,
      (await addKey(rest.ports, { ...mine, scopes: ["write"] })).secret,
      (await addKey(rest.ports, { ...theirs, scopes: ["write"] })).secret,
    ];
    const made = new Set<unknown>();
    for (const key of keys) {
      const asked = { body: { title: "Shared" }, headers: { "idempotency-key": "shared" } };
      const { body } = await rest.ask("POST", "/workrooms", key ? { ...asked, key } : asked);
      made.add(body["id"]);
    }
    expect(made.size).toBe(3);
    const reader = (await addKey(rest.ports, { ...mine, scopes: ["read"] })).secret;
    const asked = { body: { title: "Shared" }, headers: { "idempotency-key": "shared" } };
    expect((await rest.ask("POST", "/workrooms", { ...asked, key: reader })).status).toBe(403);
  });
});
