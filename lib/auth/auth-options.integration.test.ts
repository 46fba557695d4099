import NextAuth from "next-auth";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eq } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { orgMembers, orgs, sessions, users } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { hashPassword } from "@/lib/domain/identity/password";
import { revokeSession } from "@/lib/domain/identity/revoke-session";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { authOptions } from "./auth-options";
import { clientAddressHeader } from "./client-address";
import { parseCookies, sessionCookie } from "./cookies";
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

/** A browser's cookie jar in front of next-auth's handler. */
class Browser {
  readonly jar = new Map<string, string>();
  readonly setCookies: string[] = [];

  constructor(private readonly address = "127.0.0.1") {}

  async call(method: string, action: string, body: Record<string, string> = {}): Promise<unknown> {
    let sent: unknown = null;
    const headers = new Map<string, string[]>();
    const response = {
      status: () => response,
      getHeader: (name: string) => headers.get(name.toLowerCase()),
      setHeader(name: string, value: string | string[]) {
        headers.set(name.toLowerCase(), [value].flat());
        return response;
      },
      json: (value: unknown) => void (sent = value),
      send: (value: unknown) => void (sent = value),
      end: () => undefined,
    };
    const request = {
      method,
      body: { ...body, json: "true" },
      query: { nextauth: action.split("/") },
      cookies: Object.fromEntries(this.jar),
      headers: { [clientAddressHeader]: this.address, "user-agent": "test browser" },
    };
    const head = new Headers({ ...request.headers, ...cookieHeader(this.jar) });
    await NextAuth(request as never, response as never, authOptions(ports, head));
    for (const line of headers.get("set-cookie") ?? []) {
      this.setCookies.push(line);
      const [pair] = parseCookies(line.split(";")[0]);
      if (pair === undefined || pair[1] === "") this.jar.delete(pair?.[0] ?? "");
      else this.jar.set(pair[0], decodeURIComponent(pair[1]));
    }
    return sent;
  }

  async signIn(email: string, word: string): Promise<string> {
    const { csrfToken } = (await this.call("GET", "csrf")) as { csrfToken: string };
    const body = { email, password: word, csrfToken, callbackUrl: "/" };
    return ((await this.call("POST", "callback/credentials", body)) as { url: string }).url;
  }

  get headers(): { headers: Headers } {
    return { headers: new Headers(cookieHeader(this.jar)) };
  }
}

const cookieHeader = (jar: ReadonlyMap<string, string>) => ({
  cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
});

describe("signing in", () => {
  test("gives a cookie of this host only, that names a session's row", async () => {
    const browser = new Browser();
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
    const browser = new Browser();
    const answers = [
      await browser.signIn("p1@example.test", "wrong password here"),
      await browser.signIn("nobody@example.test", "wrong password here"),
    ];
    expect(new Set(answers).size).toBe(1);
    expect(new URL(answers[0] ?? "").searchParams.get("error")).toMatch(/password is wrong/);
    expect(browser.jar.has(sessionCookie)).toBe(false);
  });

  test("without the form's own token is refused", async () => {
    const browser = new Browser();
    await browser.call("POST", "callback/credentials", { email: "p1@example.test", password });
    expect(browser.jar.has(sessionCookie)).toBe(false);
  });

  test("is refused with the seconds to wait after too many tries, even with the right password", async () => {
    const browser = new Browser("10.0.0.9");
    for (let i = 0; i < 10; i += 1) await browser.signIn("p2@example.test", `wrong ${i}`);
    const answer = await browser.signIn("p2@example.test", password);
    expect(new URL(answer).searchParams.get("error")).toMatch(/^Too many tries\. Wait \d+ seconds/);
    expect(browser.jar.has(sessionCookie)).toBe(false);
  });
});

describe("a session", () => {
  test("ends with sign-out: the cookie's copy is worth nothing afterwards", async () => {
    const browser = new Browser();
    await browser.signIn("p1@example.test", password);
    const copy = browser.headers;
    expect(await findActor(ports, copy)).not.toBeNull();
    const { csrfToken } = (await browser.call("GET", "csrf")) as { csrfToken: string };
    await browser.call("POST", "signout", { csrfToken });
    expect(browser.jar.has(sessionCookie)).toBe(false);
    expect(await findActor(ports, copy)).toBeNull();
    await expect(requireActor(ports, copy)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("that was revoked is cleared from the browser at its next look", async () => {
    const browser = new Browser();
    await browser.signIn("p1@example.test", password);
    expect(await browser.call("GET", "session")).toMatchObject({ user: { name: "P1" } });
    await revokeSession(ports, (await requireActor(ports, browser.headers)).actor.sessionId);
    expect(await browser.call("GET", "session")).toEqual({});
    expect(browser.jar.has(sessionCookie)).toBe(false);
  });

  test("opens no organisation its person is no member of", async () => {
    const browser = new Browser();
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
