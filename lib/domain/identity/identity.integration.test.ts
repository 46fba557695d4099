import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inSystem } from "@/lib/db/client";
import { rateLimits, tickets, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import type { Ports } from "../context";
import { createOwner } from "./create-owner";
import { createSession } from "./create-session";
import { describeSetup } from "./describe-setup";
import { findSession } from "./find-session";
import { issueSetupTicket } from "./issue-setup-ticket";
import { issueTicket } from "./issue-ticket";
import { redeemTicket } from "./redeem-ticket";
import { completeReset, resetOwner } from "./reset-owner";
import { revokeSession } from "./revoke-session";
import { verifyPassword } from "./verify-password";

let database: TestDatabase;
let ports: Ports;
let now = new Date("2026-01-01T00:00:00Z");
const from = { ip: "192.0.2.1" };
const owner = {
  orgName: "Grüne Wiese & Co",
  name: "Ada",
  email: "Ada@Example.com",
  password: "correct horse battery",
};

beforeAll(async () => {
  database = await openTestDatabase();
  const refuse = async () => {
    throw new AppError("unavailable", "Nothing is there.");
  };
  // Only what identity touches: everything else of the world is not part of it.
  ports = {
    db: database.db,
    now: () => now,
    outbound: refuse,
    settings: { environmentKeys: { OPENAI_API_KEY: "sk-test" } },
  } as unknown as Ports;
});
afterAll(() => database.close());
beforeEach(async () => {
  now = new Date("2026-01-01T00:00:00Z");
  await inSystem(ports.db, async (tx) => {
    await tx.execute("delete from org_members");
    await tx.execute("delete from orgs");
    await tx.delete(users);
    await tx.delete(tickets);
    await tx.delete(rateLimits);
  });
});

const setUp = async () => {
  const token = (await issueSetupTicket(ports)) ?? "";
  return createOwner(ports, { ...owner, token }, from);
};
const signIn = (password: string, email = owner.email) =>
  verifyPassword(ports, { email, password, ...from });

describe("set-up", () => {
  test("makes one owner, even when its link is used fifty times at once", async () => {
    const token = (await issueSetupTicket(ports)) ?? "";
    const tries = Array.from({ length: 15 }, (_, index) =>
      createOwner(ports, { ...owner, token }, { ip: `198.51.100.${index}` }),
    );
    const made = (await Promise.allSettled(tries)).filter((one) => one.status === "fulfilled");
    expect(made).toHaveLength(1);
    expect(made[0]).toMatchObject({
      value: { orgSlug: "grune-wiese-co", email: "ada@example.com" },
    });
    expect(await issueSetupTicket(ports)).toBeNull();
  });

  test("a new start's link replaces the earlier one, and a week later it is over", async () => {
    const first = (await issueSetupTicket(ports)) ?? "";
    const second = (await issueSetupTicket(ports)) ?? "";
    expect(await describeSetup(ports, { token: first })).toEqual({ isValid: false, detected: [] });
    const described = await describeSetup(ports, { token: second });
    expect(described).toMatchObject({ isValid: true, detected: [{ id: "env:OPENAI_API_KEY" }] });
    expect(JSON.stringify(described)).not.toContain("sk-test");
    now = new Date("2026-01-08T00:00:01Z");
    await expect(createOwner(ports, { ...owner, token: second }, from)).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });

  test("a model that doesn't answer leaves the link usable", async () => {
    const token = (await issueSetupTicket(ports)) ?? "";
    const model = { detectedId: "env:OPENAI_API_KEY", modelId: "gpt" };
    await expect(createOwner(ports, { ...owner, token, model }, from)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect(await createOwner(ports, { ...owner, token }, from)).toMatchObject({
      email: "ada@example.com",
    });
  });

  test("a short password is refused in plain words", async () => {
    await expect(
      createOwner(ports, { ...owner, token: "x", password: "short" }, from),
    ).rejects.toThrow("12 characters");
  });
});

describe("signing in", () => {
  test("a wrong password and an unknown person get the same answer", async () => {
    await setUp();
    const wrong = await signIn("wrong wrong wrong").catch((error: unknown) => error);
    const unknown = await signIn("x", "nobody@example.com").catch((error: unknown) => error);
    expect(wrong).toMatchObject({ code: "unauthenticated" });
    expect((unknown as Error).message).toBe((wrong as Error).message);
    expect(await signIn(owner.password)).toMatchObject({ email: "ada@example.com" });
  });

  test("ten wrong tries lock a person out for a quarter of an hour, the right password too", async () => {
    await setUp();
    for (let attempt = 0; attempt < 10; attempt += 1)
      await expect(signIn("wrong wrong wrong")).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signIn(owner.password)).rejects.toMatchObject({ code: "rate_limited" });
    now = new Date(now.getTime() + 15 * 60_000 + 1);
    await expect(signIn(owner.password)).resolves.toBeDefined();
  });

  test("passwords are kept as argon2id only", async () => {
    await setUp();
    const rows = await inSystem(ports.db, (tx) => tx.select().from(users));
    expect(rows[0]?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test("a session ends when it is revoked or over", async () => {
    await setUp();
    const { id: userId } = await signIn(owner.password);
    const first = await createSession(ports, { userId, userAgent: "x" });
    const second = await createSession(ports, { userId, userAgent: "x" });
    expect(await findSession(ports, first)).toMatchObject({ orgs: [{ role: "owner" }] });
    await revokeSession(ports, first);
    expect(await findSession(ports, first)).toBeNull();
    now = new Date("2026-02-01T00:00:00Z");
    expect(await findSession(ports, second)).toBeNull();
  });

  test("reset-owner gives one link that sets a password and ends every session", async () => {
    await setUp();
    const { id: userId } = await signIn(owner.password);
    const session = await createSession(ports, { userId, userAgent: "x" });
    const { email, secret } = await resetOwner(ports);
    expect(email).toBe("ada@example.com");
    const password = "another horse battery";
    await completeReset(ports, { token: secret, password });
    expect(await findSession(ports, session)).toBeNull();
    await expect(signIn(owner.password)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signIn(password)).resolves.toBeDefined();
    await expect(completeReset(ports, { token: secret, password })).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });
});

describe("tickets", () => {
  const place = { userId: "usr_x", sessionId: "ses_x", orgId: "org_x", objectId: null };
  const issue = () => issueTicket(ports, { purpose: "live", ...place, ttlMs: 60_000 });

  test("of fifty uses at once, one succeeds", async () => {
    const secret = await issue();
    const uses = Array.from({ length: 50 }, () => redeemTicket(ports, { secret, purpose: "live" }));
    const done = (await Promise.allSettled(uses)).filter((one) => one.status === "fulfilled");
    expect(done).toEqual([{ status: "fulfilled", value: place }]);
  });

  test("another purpose, another time and a guess are refused; the table holds no secret", async () => {
    const secret = await issue();
    const use = (purpose: "live" | "terminal", asked = secret) =>
      redeemTicket(ports, { secret: asked, purpose });
    await expect(use("terminal")).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(use("live", "0".repeat(40))).rejects.toMatchObject({ code: "unauthenticated" });
    const rows = await inSystem(ports.db, (tx) =>
      tx.select().from(tickets).where(eq(tickets.purpose, "live")),
    );
    expect(JSON.stringify(rows)).not.toContain(secret);
    now = new Date(now.getTime() + 60_001);
    await expect(use("live")).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
