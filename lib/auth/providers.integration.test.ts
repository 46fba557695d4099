import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { inSystem } from "@/lib/db/client";
import { accounts, auditEntries, invitations, orgMembers, sessions, users } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { startConnecting } from "@/lib/domain/identity/connect-account";
import { createSession } from "@/lib/domain/identity/create-session";
import { hashPassword } from "@/lib/domain/identity/password";
import { hashInvitationSecret } from "@/lib/domain/invitation/invitation-secret";
import { newId } from "@/lib/ids";
import { AuthBrowser } from "@/test/auth/auth-browser";
import {
  oidcClient,
  type OidcPerson,
  type OidcServer,
  startOidcServer,
} from "@/test/auth/oidc-server";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { addPerson } from "@/test/installation";
import { sessionCookie } from "./cookies";
import { writeIntent } from "./intent";
import { gitHub } from "./oauth-providers";
import { findActor } from "./require-actor";
import { writeSessionToken } from "./session-token";

const origin = "http://workroom.localhost:3000";
const password = "correct horse battery";
let database: TestDatabase;
let ports: Ports;
let oidc: OidcServer;
let passwordHash: string;

beforeAll(async () => {
  database = await openTestDatabase();
  oidc = await startOidcServer(`${origin}/api/auth/callback/oidc`, []);
  vi.stubEnv("NEXTAUTH_SECRET", "a secret of the tests, 32 characters");
  vi.stubEnv("NEXTAUTH_URL", origin);
  vi.stubEnv("OIDC_ISSUER", oidc.issuer);
  vi.stubEnv("OIDC_CLIENT_ID", oidcClient.id);
  vi.stubEnv("OIDC_CLIENT_SECRET", oidcClient.secret);
  const settings = { signInProviders: [{ id: "oidc", label: "Acme" }] };
  ports = { db: database.db, now: () => new Date(), settings } as unknown as Ports;
  passwordHash = await hashPassword(password);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await oidc.stop();
  await database.close();
});

let person: OidcPerson;
beforeEach(() => {
  const sub = newId("request");
  person = { sub, name: "Grace Hopper", email: `${sub}@example.test`, isVerified: true };
  oidc.people.push(person);
});
const emailOf = ({ email }: OidcPerson) => email ?? "";

/** Follows the provider's own pages, its cookies kept, until it sends the browser back to us. */
async function logInThere(start: string, sub: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = new URL(start);
  while (url.origin === oidc.issuer) {
    if (url.pathname.startsWith("/interaction/")) url.searchParams.set("as", sub);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=", 2);
      jar.set(name, value);
    }
    const next = answer.headers.get("location");
    if (next === null) throw new Error(`${url.pathname}: ${answer.status} ${await answer.text()}`);
    url = new URL(next, url);
  }
  return url;
}

/** There and back. @returns where the browser ends up, as a path */
async function enter(browser: AuthBrowser, sub = person.sub, callbackUrl = "/"): Promise<string> {
  const back = await logInThere(await browser.post("signin/oidc", { callbackUrl }), sub);
  return comeBack(browser, back);
}

async function comeBack(browser: AuthBrowser, back: URL): Promise<string> {
  const query = Object.fromEntries(back.searchParams);
  const { url } = (await browser.call("GET", "callback/oidc", { query })) as { url: string };
  return url.replace(origin, "");
}

const isIn = (browser: AuthBrowser) => browser.jar.has(sessionCookie);
const intend = (browser: AuthBrowser, intent: string) => browser.keep([writeIntent(intent)]);
const connectionsOf = (userId: string) =>
  inSystem(ports.db, (tx) => tx.select().from(accounts).where(eq(accounts.userId, userId)));

/** A member of an organisation of their own, with the address of somebody at the provider. */
async function memberWith({ email, hash = null }: { email: string; hash?: string | null }) {
  const ctx = await addPerson(ports);
  const { userId } = ctx.actor;
  await inSystem(ports.db, (tx) =>
    tx.update(users).set({ email, passwordHash: hash }).where(eq(users.id, userId)),
  );
  return ctx;
}

/** A browser in which that person is signed in. */
async function browserOf(ctx: Awaited<ReturnType<typeof memberWith>>) {
  const browser = new AuthBrowser(ports);
  const { userId } = ctx.actor;
  const sid = await createSession(ports, { userId, userAgent: "x" });
  browser.jar.set(sessionCookie, await writeSessionToken({ sid, uid: userId }, 3_600));
  return { browser, ctx: { ...ctx, actor: { ...ctx.actor, sessionId: sid } } };
}

describe("a sign-in at an OpenID Connect server", () => {
  test("lets nobody in who has no account and no invitation", async () => {
    const browser = new AuthBrowser(ports);
    expect(await enter(browser)).toBe("/login?error=unknown");
    expect(isIn(browser)).toBe(false);
    const made = await inSystem(ports.db, (tx) =>
      tx
        .select()
        .from(users)
        .where(eq(users.email, emailOf(person))),
    );
    expect(made).toEqual([]);
  });

  test("never opens an account with a password by its address alone", async () => {
    const { actor } = await memberWith({ email: emailOf(person), hash: passwordHash });
    const browser = new AuthBrowser(ports);
    expect(await enter(browser)).toBe("/login?error=password_first");
    expect(isIn(browser)).toBe(false);
    expect(await connectionsOf(actor.userId)).toEqual([]);
  });

  test("never opens an account with a second step by its address alone", async () => {
    const { actor } = await memberWith({ email: emailOf(person) });
    await inSystem(ports.db, (tx) =>
      tx.update(users).set({ totpEnabledAt: new Date() }).where(eq(users.id, actor.userId)),
    );
    expect(await enter(new AuthBrowser(ports))).toBe("/login?error=password_first");
  });

  test("opens an account without a password by an address that was checked there, and only then", async () => {
    const { actor, orgId } = await memberWith({ email: emailOf(person) });
    person.isVerified = false;
    expect(await enter(new AuthBrowser(ports))).toBe("/login?error=unknown");
    person.isVerified = true;
    const browser = new AuthBrowser(ports);
    expect(await enter(browser)).toBe("/");
    expect(await findActor(ports, browser.headers)).toMatchObject({ userId: actor.userId });
    const rows = await inSystem(ports.db, (tx) =>
      tx.select().from(auditEntries).where(eq(auditEntries.orgId, orgId)),
    );
    expect(rows.map(({ action }) => action)).toEqual(["account.connect"]);
  });

  test("knows a person again by the unchanging name, whatever their address is by then", async () => {
    const { actor } = await memberWith({ email: emailOf(person) });
    await enter(new AuthBrowser(ports));
    person.email = "another@example.test";
    const browser = new AuthBrowser(ports);
    expect(await enter(browser)).toBe("/");
    const found = await findActor(ports, browser.headers);
    expect(found?.userId).toBe(actor.userId);
    const [row] = await inSystem(ports.db, (tx) =>
      tx
        .select()
        .from(sessions)
        .where(eq(sessions.id, found?.actor.sessionId ?? "")),
    );
    expect(row?.method).toBe("oidc");
  });

  test("goes on to this origin only", async () => {
    await memberWith({ email: emailOf(person) });
    expect(await enter(new AuthBrowser(ports), person.sub, "/acme/settings/account")).toBe(
      "/acme/settings/account",
    );
    for (const target of ["https://evil.example/", "//evil.example", "/\\evil.example"])
      expect(await enter(new AuthBrowser(ports), person.sub, target)).toMatch(/^\/?$/);
  });

  test("fails without this browser's own state, and with a code that was used", async () => {
    await memberWith({ email: emailOf(person) });
    const [mine, stranger] = [new AuthBrowser(ports), new AuthBrowser(ports)];
    const back = await logInThere(await mine.post("signin/oidc"), person.sub);
    expect(await comeBack(stranger, back)).toMatch(/error=OAuthCallback$/);
    expect(isIn(stranger)).toBe(false);
    const kept = new Map(mine.jar);
    const forged = new URL(back);
    forged.searchParams.set("state", "x".repeat(43));
    expect(await comeBack(mine, forged)).toMatch(/error=OAuthCallback$/);
    for (const [name, value] of kept) mine.jar.set(name, value);
    expect(await comeBack(mine, back)).toBe("/");
    const again = new AuthBrowser(ports);
    for (const [name, value] of kept) again.jar.set(name, value);
    expect(await comeBack(again, back)).toMatch(/error=OAuthCallback$/);
    expect(isIn(again)).toBe(false);
  });

  test("uses cookies of this host only", async () => {
    const browser = new AuthBrowser(ports);
    await enter(browser);
    expect(browser.setCookies.length).toBeGreaterThan(3);
    for (const line of browser.setCookies) {
      expect(line).toMatch(/^__Host-workroom\.\w+=/);
      expect(line).toMatch(/; Path=\/;.*HttpOnly; Secure; SameSite=Lax$/);
      expect(line).not.toMatch(/Domain/i);
    }
  });
});

describe("an invitation and a sign-in at a provider", () => {
  const secret = () => newId("request").replace("_", "-");
  async function invite(email: string) {
    const { orgId, actor } = await addPerson(ports);
    const made = secret();
    const expiresAt = new Date(Date.now() + 60_000);
    const values = { id: newId("invitation"), orgId, email, role: "member" as const, expiresAt };
    await inSystem(ports.db, (tx) =>
      tx.insert(invitations).values({
        ...values,
        secretHash: hashInvitationSecret(made),
        invitedBy: actor.userId,
      }),
    );
    return { orgId, secret: made };
  }

  test("of the invited address make an account without a password, which has joined", async () => {
    const { orgId, secret: key } = await invite(emailOf(person));
    const browser = new AuthBrowser(ports);
    intend(browser, `invitation.${key}`);
    expect(await enter(browser)).toBe("/");
    const found = await findActor(ports, browser.headers);
    expect(found).toMatchObject({ orgId, actor: { role: "member" } });
    const [user] = await inSystem(ports.db, (tx) =>
      tx
        .select()
        .from(users)
        .where(eq(users.id, found?.userId ?? "")),
    );
    expect(user).toMatchObject({ name: person.name, email: person.email, passwordHash: null });
    const other = new AuthBrowser(ports);
    intend(other, `invitation.${key}`);
    expect(await enter(other)).toBe("/login?error=invitation"); // It works once.
  });

  test("of another address, or of one that is not checked, make nothing", async () => {
    const { orgId, secret: key } = await invite("somebody.else@example.test");
    for (const isVerified of [true, false]) {
      person.isVerified = isVerified;
      const browser = new AuthBrowser(ports);
      intend(browser, `invitation.${key}`);
      expect(await enter(browser)).toBe("/login?error=invitation");
      expect(isIn(browser)).toBe(false);
    }
    const members = await inSystem(ports.db, (tx) =>
      tx.select().from(orgMembers).where(eq(orgMembers.orgId, orgId)),
    );
    expect(members).toHaveLength(1);
    const made = await inSystem(ports.db, (tx) =>
      tx
        .select()
        .from(users)
        .where(eq(users.email, emailOf(person))),
    );
    expect(made).toEqual([]);
  });
});

describe("connecting an account", () => {
  const start = (ctx: Parameters<typeof startConnecting.run>[0], word = password) =>
    startConnecting.run(ctx, { provider: "oidc", password: word });

  test("takes the password, and then the account opens the person's own", async () => {
    const email = `${newId("user")}@example.test`;
    const { browser, ctx } = await browserOf(await memberWith({ email, hash: passwordHash }));
    await expect(start(ctx, "wrong")).rejects.toMatchObject({ code: "invalid_input" });
    intend(browser, `connect.${(await start(ctx)).ticket}`);
    expect(await enter(browser)).toMatch(/^\/org-\w+\/settings\/account$/);
    const fresh = new AuthBrowser(ports);
    expect(await enter(fresh)).toBe("/");
    expect((await findActor(ports, fresh.headers))?.userId).toBe(ctx.actor.userId);
  });

  test("is refused in another browser than the one that asked, and a second time", async () => {
    const [mine, victim] = await Promise.all(
      ["a", "b"].map(async (name) =>
        browserOf(
          await memberWith({ email: `${name}.${person.sub}@example.test`, hash: passwordHash }),
        ),
      ),
    );
    if (!mine || !victim) throw new Error("nobody");
    const { ticket } = await start(mine.ctx);
    intend(victim.browser, `connect.${ticket}`);
    expect(await enter(victim.browser)).toBe("/login?error=expired");
    intend(mine.browser, `connect.${ticket}`);
    expect(await enter(mine.browser)).toBe("/login?error=expired");
    for (const { ctx } of [mine, victim]) expect(await connectionsOf(ctx.actor.userId)).toEqual([]);
  });

  test("is refused for an account that belongs to somebody else here", async () => {
    const { actor } = await memberWith({ email: emailOf(person) });
    await enter(new AuthBrowser(ports));
    const email = `${newId("user")}@example.test`;
    const { browser, ctx } = await browserOf(await memberWith({ email, hash: passwordHash }));
    intend(browser, `connect.${(await start(ctx)).ticket}`);
    expect(await enter(browser)).toBe("/login?error=taken");
    expect(await connectionsOf(actor.userId)).toHaveLength(1);
  });
});

test("GitHub's primary address counts only when GitHub has checked it", async () => {
  const emails = [
    { email: "Side@example.test", primary: false, verified: true },
    { email: "Main@example.test", primary: true, verified: true },
  ];
  const server = createServer((request, response) => {
    const isRight = request.headers.authorization === "Bearer token";
    const user = { id: 42, login: "grace", name: null };
    response.statusCode = isRight ? 200 : 401;
    response.end(JSON.stringify(request.url === "/user" ? user : emails));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { userinfo, profile } = gitHub(
    { clientId: "c", clientSecret: "s" },
    { web: "https://github.com", api },
  );
  if (typeof userinfo !== "object" || !userinfo.request) throw new Error("no userinfo");
  const { request } = userinfo;
  const ask = async () =>
    profile(await request({ tokens: { access_token: "token" } } as never), {});
  expect(await ask()).toEqual({ id: "42", name: "grace", email: "main@example.test" });
  for (const one of emails) one.verified = !one.primary;
  expect(await ask()).toEqual({ id: "42", name: "grace", email: null });
  server.close();
});
