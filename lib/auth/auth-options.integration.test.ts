import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eq } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { orgMembers, orgs, sessions, users } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { hashPassword } from "@/lib/domain/identity/password";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { AuthBrowser } from "@/test/auth/auth-browser";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { clientAddressHeader } from "./client-address";
import { sessionCookie } from "./cookies";
import { findActor, requireActor } from "./require-actor";

process.env["NEXTAUTH_SECRET"] ??= "a secret of the tests, 32 characters";
process.env["NEXTAUTH_URL"] = "http://workroom.localhost:3000";

const password = "correct horse battery";
let database: TestDatabase;
let ports: Ports;
beforeAll(async () => {
  database = await openTestDatabase();
  // next-auth needs no more of the world than the database and the clock.
  ports = { db: database.db, now: () => new Date() } as Ports;
  const passwordHash = await hashPassword(password);
  await inSystem(database.db, async (tx) => {
    for (const n of [1, 2]) {
      await tx
        .insert(users)
        .values({ id: `u${n}`, name: `P${n}`, email: `p${n}@example.test`, passwordHash });
      await tx.insert(orgs).values({ id: `o${n}`, slug: `org-${n}`, name: "Org" });
      await tx.insert(orgMembers).values({ orgId: `o${n}`, userId: `u${n}`, role: "owner" });
    }
  });
});
afterAll(() => database.close());

describe("signing in", () => {
  test("gives a cookie of this host only, that names a session's row", async () => {
    const browser = new AuthBrowser(ports);
    expect(await browser.signIn("P1@example.test ", password)).toBe(
      "http://workroom.localhost:3000/",
    );
    expect(browser.setCookies.at(-1)).toMatch(
      /^__Host-workroom\.session=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/,
    );
    for (const line of browser.setCookies) expect(line).toMatch(/^__Host-workroom\./);
    const found = await requireActor(ports, browser.headers);
    expect(found).toMatchObject({
      userId: "u1",
      orgId: "o1",
      orgSlug: "org-1",
      actor: { kind: "user", role: "owner" },
    });
    const [row] = await inSystem(database.db, (tx) =>
      tx.select().from(sessions).where(eq(sessions.id, found.actor.sessionId)),
    );
    expect(row).toMatchObject({ userId: "u1", userAgent: "test browser", revokedAt: null });
  });

  test("with a wrong password says so, the same for somebody who is unknown", async () => {
    const browser = new AuthBrowser(ports);
    const answers = [
      await browser.signIn("p1@example.test", "wrong password here"),
      await browser.signIn("nobody@example.test", "wrong password here"),
    ];
    expect(new Set(answers).size).toBe(1);
    expect(new URL(answers[0] ?? "").searchParams.get("error")).toMatch(/password is wrong/);
    expect(browser.jar.has(sessionCookie)).toBe(false);
  });

  test("without the form's own token is refused", async () => {
    const browser = new AuthBrowser(ports);
    const body = { email: "p1@example.test", password };
    await browser.call("POST", "callback/credentials", { body });
    expect(browser.jar.has(sessionCookie)).toBe(false);
  });

  test("is refused with the seconds to wait after too many tries, even with the right password", async () => {
    const browser = new AuthBrowser(ports, "10.0.0.9");
    for (let i = 0; i < 10; i += 1) await browser.signIn("p2@example.test", `wrong ${i}`);
    const answer = await browser.signIn("p2@example.test", password);
    expect(new URL(answer).searchParams.get("error")).toMatch(/^Too many tries\. Wait \d+ seconds/);
    expect(browser.jar.has(sessionCookie)).toBe(false);
  });
});

describe("a session", () => {
  test("ends with sign-out: the cookie's copy is worth nothing afterwards", async () => {
    const browser = new AuthBrowser(ports);
    await browser.signIn("p1@example.test", password);
    const copy = browser.headers;
    expect(await findActor(ports, copy)).not.toBeNull();
    await browser.post("signout");
    expect(browser.jar.has(sessionCookie)).toBe(false);
    expect(await findActor(ports, copy)).toBeNull();
    await expect(requireActor(ports, copy)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("that was revoked is cleared from the browser at its next look", async () => {
    const browser = new AuthBrowser(ports);
    await browser.signIn("p1@example.test", password);
    expect(await browser.call("GET", "session")).toMatchObject({ user: { name: "P1" } });
    await revokeSession(ports, (await requireActor(ports, browser.headers)).actor.sessionId);
    expect(await browser.call("GET", "session")).toEqual({});
    expect(browser.jar.has(sessionCookie)).toBe(false);
  });

  test("remembers when and from where it was used last, beside the request", async () => {
    const browser = new AuthBrowser(ports);
    await browser.signIn("p1@example.test", password);
    const later = new Date(Date.now() + 61_000);
    const head = new Headers(browser.headers.headers);
    head.set(clientAddressHeader, "192.0.2.9");
    const found = await requireActor({ ...ports, now: () => later }, { headers: head });
    const row = () =>
      inSystem(database.db, async (tx) => {
        const mine = eq(sessions.id, found.actor.sessionId);
        return (await tx.select().from(sessions).where(mine))[0];
      });
    await expect.poll(row).toMatchObject({ lastSeenAt: later, address: "192.0.2.9" });
  });

  test("opens no organisation its person is no member of", async () => {
    const browser = new AuthBrowser(ports);
    await browser.signIn("p1@example.test", password);
    await expect(requireActor(ports, browser.headers, { orgSlug: "org-2" })).rejects.toMatchObject({
      code: "not_found",
    });
    expect((await requireActor(ports, browser.headers, { orgSlug: "org-1" })).orgId).toBe("o1");
  });

  test("is not opened by a forged, foreign or empty cookie", async () => {
    for (const cookie of [`${sessionCookie}=x`, `${sessionCookie}=`, "session=1", ""])
      expect(await findActor(ports, { headers: new Headers({ cookie }) })).toBeNull();
  });
});
