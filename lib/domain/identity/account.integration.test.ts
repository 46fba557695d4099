import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { aesSecretBox } from "@/lib/adapters/secret-box/aes-secret-box";
import { inSystem } from "@/lib/db/client";
import { accounts, auditEntries, rateLimits, recoveryCodes, users } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import { SECOND_STEP_NEEDED } from "@/lib/protocol/account";
import { openTestDatabase, type TestDatabase } from "@/test/database";
import { addPerson } from "@/test/installation";
import type { Context, Ports } from "../context";
import { changePassword } from "./change-password";
import { changeProfile } from "./change-profile";
import { disconnectAccount } from "./connect-account";
import { createSession } from "./create-session";
import { endOtherSessions, endSession } from "./end-session";
import { findSession } from "./find-session";
import { getAccount } from "./get-account";
import { listSessions } from "./list-sessions";
import { hashPassword } from "./password";
import { completeReset, resetOwner } from "./reset-owner";
import { touchSession } from "./touch-session";
import { renewRecoveryCodes, turnOffTotp } from "./turn-off-totp";
import { confirmTotp, startTotp } from "./turn-on-totp";
import { verifyPassword } from "./verify-password";

const password = "correct horse battery";
const start = new Date("2026-01-01T00:00:00Z");
let database: TestDatabase;
let ports: Ports;
let passwordHash: string;
let now = start;

beforeAll(async () => {
  database = await openTestDatabase();
  const secrets = aesSecretBox(randomBytes(32));
  const settings = { signInProviders: [{ id: "oidc", label: "Acme" }] };
  // An account needs no more of the world than the database, the clock and the box of secrets.
  ports = { db: database.db, now: () => now, secrets, settings } as unknown as Ports;
  passwordHash = await hashPassword(password);
});
afterAll(() => database.close());
beforeEach(async () => {
  now = new Date(start);
  await inSystem(ports.db, (tx) => tx.delete(rateLimits));
});

type Me = Awaited<ReturnType<typeof addPerson>> & { email: string };

/** A person with a password, in a browser of theirs. */
async function someone({ hasPassword = true } = {}): Promise<Me> {
  const ctx = await addPerson(ports);
  const { userId } = ctx.actor;
  const mine = eq(users.id, userId);
  const changed = { passwordHash: hasPassword ? passwordHash : null };
  await inSystem(ports.db, (tx) => tx.update(users).set(changed).where(mine));
  const sessionId = await createSession(ports, { userId, userAgent: "x", address: "192.0.2.1" });
  return { ...ctx, actor: { ...ctx.actor, sessionId }, email: `${userId}@example.com` };
}

const codeOf = (secret: string, at = now) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });
const later = (seconds: number) => (now = new Date(now.getTime() + seconds * 1_000));
const signIn = ({ email }: Me, code = "", word = password) =>
  verifyPassword(ports, { email, password: word, code, ip: "192.0.2.1" });

async function turnOn(me: Me) {
  const { secret, uri } = await startTotp.run(me, { password });
  const { recoveryCodes: codes } = await confirmTotp.run(me, { code: codeOf(secret) });
  later(30);
  return { secret, uri, codes };
}

const actionsOf = async ({ orgId }: Context) => {
  const rows = await inSystem(ports.db, (tx) =>
    tx.select().from(auditEntries).where(eq(auditEntries.orgId, orgId)),
  );
  return rows.map(({ action }) => action).toSorted();
};

describe("two-step sign-in", () => {
  test("asks for a code after the right password, and tells nobody else that it is on", async () => {
    const me = await someone();
    const { uri } = await turnOn(me);
    expect(uri).toMatch(/^otpauth:\/\/totp\/Workroom:/);
    await expect(signIn(me)).rejects.toMatchObject({ message: SECOND_STEP_NEEDED });
    const [known, unknown] = await Promise.all(
      [signIn(me, "123456", "not the password"), signIn({ ...me, email: "no@example.com" })].map(
        (tried) => tried.catch((error: unknown) => error),
      ),
    );
    expect((known as Error).message).toBe((unknown as Error).message);
  });

  test("takes each code once, also when it is sent twice at the same moment", async () => {
    const me = await someone();
    const { secret } = await turnOn(me);
    const code = codeOf(secret);
    const tries = await Promise.allSettled([1, 2, 3, 4].map(() => signIn(me, code)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(signIn(me, code)).rejects.toMatchObject({ code: "invalid_input" });
    later(30);
    await expect(signIn(me, codeOf(secret))).resolves.toMatchObject({ email: me.email });
  });

  test("takes a code that is half a minute early or late, and no older one", async () => {
    const me = await someone();
    const { secret } = await turnOn(me);
    later(600);
    const old = codeOf(secret, new Date(now.getTime() - 60_000));
    await expect(signIn(me, old)).rejects.toMatchObject({ code: "invalid_input" });
    await signIn(me, codeOf(secret, new Date(now.getTime() - 30_000)));
    await signIn(me, codeOf(secret, new Date(now.getTime() + 30_000)));
  });

  test("locks a guesser out after ten codes, with the right one too, for a quarter of an hour", async () => {
    const me = await someone();
    const { secret } = await turnOn(me);
    for (let i = 0; i < 10; i += 1)
      await expect(signIn(me, "abc")).rejects.toMatchObject({ code: "invalid_input" });
    await expect(signIn(me, codeOf(secret))).rejects.toMatchObject({ code: "rate_limited" });
    later(15 * 60 + 1);
    await expect(signIn(me, codeOf(secret))).resolves.toBeDefined();
  });

  test("takes each of ten recovery codes once, however it is typed; only hashes are kept", async () => {
    const me = await someone();
    const { codes } = await turnOn(me);
    expect(new Set(codes).size).toBe(10);
    const [first = "", second = ""] = codes;
    await signIn(me, ` ${first.toUpperCase().replaceAll("-", " ")} `);
    await expect(signIn(me, first)).rejects.toMatchObject({ code: "invalid_input" });
    expect((await getAccount.run(me, {})).totp).toEqual({ isOn: true, recoveryCodesLeft: 9 });
    const rows = await inSystem(ports.db, (tx) => tx.select().from(recoveryCodes));
    expect(JSON.stringify(rows)).not.toContain(second);
    const renewed = await renewRecoveryCodes.run(me, { code: second });
    await expect(signIn(me, codes[2])).rejects.toMatchObject({ code: "invalid_input" });
    await signIn(me, renewed.recoveryCodes[0]);
  });

  test("is turned on by the password and a code of the app, and off by a code only", async () => {
    const me = await someone();
    await expect(startTotp.run(me, { password: "no" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    const { secret } = await startTotp.run(me, { password });
    await expect(confirmTotp.run(me, { code: "12" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(signIn(me)).resolves.toBeDefined(); // not on before it is confirmed
    await confirmTotp.run(me, { code: codeOf(secret) });
    await expect(startTotp.run(me, { password })).rejects.toMatchObject({ code: "conflict" });
    later(30);
    await expect(turnOffTotp.run(me, { code: "0" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await turnOffTotp.run(me, { code: codeOf(secret) });
    await expect(signIn(me)).resolves.toBeDefined();
    expect(await actionsOf(me)).toEqual([
      "account.confirm_totp",
      "account.start_totp",
      "account.turn_off_totp",
    ]);
    expect((await getAccount.run(me, {})).totp).toEqual({ isOn: false, recoveryCodesLeft: 0 });
  });

  test("is kept as a sealed box that opens in no other row", async () => {
    const [me, other] = [await someone(), await someone()];
    const { secret } = await turnOn(me);
    const rowOf = async ({ actor }: Me) =>
      inSystem(ports.db, async (tx) => {
        const [row] = await tx.select().from(users).where(eq(users.id, actor.userId));
        return row;
      });
    const { totpBox } = (await rowOf(me)) ?? {};
    expect(totpBox).not.toContain(secret);
    await inSystem(ports.db, (tx) =>
      tx.update(users).set({ totpBox, totpEnabledAt: now }).where(eq(users.id, other.actor.userId)),
    );
    await expect(signIn(other, codeOf(secret))).rejects.toMatchObject({ code: "internal" });
  });

  test("of an owner who lost everything is turned off by reset-owner, with an audit row", async () => {
    await inSystem(ports.db, (tx) => tx.delete(users));
    const me = await someone();
    await turnOn(me);
    const { secret: token } = await resetOwner(ports);
    await completeReset(ports, { token, password: "another horse battery" });
    await expect(signIn(me, "", "another horse battery")).resolves.toBeDefined();
    expect(await actionsOf(me)).toContain("account.reset");
  });
});

describe("sessions", () => {
  const sessionsOf = async (me: Context) => (await listSessions.run(me, {})).sessions;
  const another = (me: Me) =>
    createSession(ports, { userId: me.actor.userId, userAgent: "Firefox/1 Windows" });

  test("are listed for their person alone, this browser marked", async () => {
    const [me, other] = [await someone(), await someone()];
    const id = await another(me);
    const found = await sessionsOf(me);
    expect(found.map((one) => one.id).toSorted()).toEqual([me.actor.sessionId, id].toSorted());
    expect(found.find((one) => one.isCurrent)?.id).toBe(me.actor.sessionId);
    expect(found.find((one) => one.id === id)).toMatchObject({
      device: "Firefox on Windows",
      method: "Password",
    });
    expect(await sessionsOf(other)).toHaveLength(1);
    await expect(endSession.run(other, { sessionId: id })).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("end one by one, or all but this one", async () => {
    const me = await someone();
    const [first, second, third] = [await another(me), await another(me), await another(me)];
    await endSession.run(me, { sessionId: first });
    expect(await findSession(ports, first)).toBeNull();
    expect(await findSession(ports, second)).not.toBeNull();
    expect(await endOtherSessions.run(me, {})).toEqual({ ended: 2 });
    expect(await findSession(ports, third)).toBeNull();
    expect((await sessionsOf(me)).map((one) => one.isCurrent)).toEqual([true]);
    expect(await actionsOf(me)).toEqual(["account.end_other_sessions", "account.end_session"]);
  });

  test("say when and from where they were used last, written at most once a minute", async () => {
    const me = await someone();
    const { userId, sessionId } = me.actor;
    const touch = (address: string) =>
      touchSession(ports, { sessionId: sessionId ?? "", userId, orgId: me.orgId, address });
    later(59);
    await touch("192.0.2.7");
    expect(await sessionsOf(me)).toMatchObject([{ address: "192.0.2.1" }]);
    later(2);
    await touch("192.0.2.7");
    expect(await sessionsOf(me)).toMatchObject([
      { address: "192.0.2.7", lastSeenAt: now.toISOString() },
    ]);
  });
});

describe("an account", () => {
  test("changes its password by the current one only, which ends the other sessions", async () => {
    const me = await someone();
    const other = await createSession(ports, { userId: me.actor.userId, userAgent: "x" });
    const next = "a quite different one";
    const change = (currentPassword: string) =>
      changePassword.run(me, { currentPassword, password: next });
    await expect(change("wrong")).rejects.toMatchObject({ code: "invalid_input" });
    expect(await findSession(ports, other)).not.toBeNull();
    await change(password);
    expect(await findSession(ports, other)).toBeNull();
    expect(await findSession(ports, me.actor.sessionId ?? "")).not.toBeNull();
    await expect(signIn(me)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signIn(me, "", next)).resolves.toBeDefined();
  });

  test("locks who guesses the current password out", async () => {
    const me = await someone();
    for (let i = 0; i < 10; i += 1) await startTotp.run(me, { password: "x" }).catch(() => null);
    await expect(startTotp.run(me, { password })).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("without a password gets one by a fresh sign-in, and not by an old session", async () => {
    const me = await someone({ hasPassword: false });
    later(16 * 60);
    const change = () => changePassword.run(me, { currentPassword: "", password });
    await expect(change()).rejects.toMatchObject({ code: "forbidden" });
    const { userId } = me.actor;
    me.actor.sessionId = await createSession(ports, { userId, userAgent: "x" });
    expect(await change()).toMatchObject({ hasPassword: true });
  });

  test("changes its name, with an audit row", async () => {
    const me = await someone();
    expect(await changeProfile.run(me, { name: "Grace" })).toMatchObject({ name: "Grace" });
    expect(await actionsOf(me)).toEqual(["account.rename"]);
  });

  test("keeps its last way in, also when what else is connected is no longer set up", async () => {
    const me = await someone({ hasPassword: false });
    const { userId } = me.actor;
    const subject = newId("request");
    await inSystem(ports.db, (tx) =>
      tx.insert(accounts).values([
        { provider: "oidc", subject, userId, email: "" },
        { provider: "github", subject, userId, email: "" },
      ]),
    );
    const drop = () => disconnectAccount.run(me, { provider: "oidc", subject });
    await expect(drop()).rejects.toMatchObject({ code: "conflict" });
    await changePassword.run(me, { currentPassword: "", password });
    await drop();
    expect((await getAccount.run(me, {})).connections).toMatchObject([{ provider: "github" }]);
  });
});
