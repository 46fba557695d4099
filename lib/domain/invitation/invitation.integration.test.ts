import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { smtpMailer } from "@/lib/adapters/mailer/smtp-mailer";
import { createFakeProvisioner } from "@/lib/adapters/provisioner/fake-provisioner";
import { inOrg, inSystem } from "@/lib/db/client";
import { auditEntries, invitations, orgMembers, rateLimits, users } from "@/lib/db/schema";
import { newId } from "@/lib/ids";
import type { MemberRole } from "@/lib/protocol/view-names";
import { addPerson, type Installation, openInstallation } from "@/test/installation";
import { startMailServer, textOf } from "@/test/mail-server";
import type { Context } from "../context";
import { verifyPassword } from "../identity/verify-password";
import { removeMember } from "../member/remove-member";
import { acceptInvitation } from "./accept-invitation";
import { resendInvitation, revokeInvitation } from "./change-invitation";
import { createInvitation } from "./create-invitation";
import { describeInvitation, joinByInvitation } from "./join-by-invitation";
import { listInvitations } from "./list-invitations";

let installation: Installation;
let mailServer: Awaited<ReturnType<typeof startMailServer>>;
type Person = Awaited<ReturnType<typeof addPerson>>;
let owner: Person;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "wr-invite-"));
  mailServer = await startMailServer();
  installation = await openInstallation({
    dataDir,
    provisioner: createFakeProvisioner({ dataDir }),
    mailer: smtpMailer({
      url: `smtp://127.0.0.1:${mailServer.port}`,
      from: "workroom@example.test",
    }),
  });
});
afterAll(async () => {
  await installation.close();
  await mailServer.close();
});
beforeEach(async () => {
  owner = await addPerson(installation.ports);
  await inSystem(owner.db, (tx) => tx.delete(rateLimits));
});

const ports = () => installation.ports;
const emailOf = ({ actor }: Person) => `${actor.userId}@example.com`;
const secretOf = (url: string) => new URL(url).pathname.replace("/invite/", "");
async function invite(email: string, role: MemberRole = "member", by: Context = owner) {
  const { invitation, url } = await createInvitation.run(
    by,
    createInvitation.input.parse({ email, role }),
  );
  return { id: invitation.id, secret: secretOf(url), url };
}
const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "ok",
    (error: unknown) => (error as { code?: unknown }).code ?? error,
  );
const roleOf = async (userId: string) => {
  const rows = await inOrg(owner.db, owner.orgId, (tx) =>
    tx.select().from(orgMembers).where(eq(orgMembers.userId, userId)),
  );
  return rows[0]?.role ?? null;
};
const from = { ip: "192.0.2.1" };
const account = { name: "Grace", password: "correct horse battery" };

describe("an invitation", () => {
  test("of fifty accepts at once lets exactly one in", async () => {
    const guest = await addPerson(ports());
    const { secret } = await invite(emailOf(guest), "viewer");
    const userId = guest.actor.userId;
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => codeOf(acceptInvitation(ports(), { secret, userId }))),
    );
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(["ok", "not_found"]));
    expect(await roleOf(userId)).toBe("viewer");
    const accepted = await inOrg(owner.db, owner.orgId, (tx) =>
      tx.select().from(auditEntries).where(eq(auditEntries.action, "invitation.accept")),
    );
    expect(accepted).toMatchObject([{ actorId: userId }]);
  });

  test("of twenty new accounts at once makes exactly one", async () => {
    const email = "twenty@example.test";
    const { secret } = await invite(email);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () =>
        codeOf(joinByInvitation(ports(), { secret, account }, { userId: null, ...from })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
    const made = await inSystem(owner.db, (tx) =>
      tx.select().from(users).where(eq(users.email, email)),
    );
    expect(made).toHaveLength(1);
  });

  test("is for its address only, and stays usable after a stranger has tried", async () => {
    const [guest, stranger] = [await addPerson(ports()), await addPerson(ports())];
    const { secret } = await invite(emailOf(guest));
    const accept = ({ actor }: Person) =>
      codeOf(acceptInvitation(ports(), { secret, userId: actor.userId }));
    expect(await accept(stranger)).toBe("not_found");
    expect(await roleOf(stranger.actor.userId)).toBeNull();
    expect(await accept(guest)).toBe("ok");
  });

  test("is kept as a hash: neither its row nor the queue of jobs holds the secret", async () => {
    const { secret, id } = await invite("hidden@example.test");
    const rows = await inSystem(owner.db, (tx) => tx.select().from(invitations));
    expect(JSON.stringify(rows)).not.toContain(secret);
    const { rows: jobs } = await installation.database.pool.query<{ payload: unknown }>(
      "select payload from graphile_worker._private_jobs",
    );
    expect(JSON.stringify(jobs)).toContain(id);
    expect(JSON.stringify(jobs)).not.toContain(secret);
  });

  test("unknown, used, taken back, too old and of a newer link answer with the same words", async () => {
    const words: string[] = [];
    const say = (secret: string) =>
      describeInvitation(ports(), { secret, ...from }).catch((error: unknown) => {
        words.push(`${(error as { code: string }).code} ${(error as Error).message}`);
      });
    const guest = await addPerson(ports());
    const used = await invite(emailOf(guest));
    await acceptInvitation(ports(), { secret: used.secret, userId: guest.actor.userId });
    const revoked = await invite("revoked@example.test");
    await revokeInvitation.run(owner, { invitationId: revoked.id });
    const old = await invite("old@example.test");
    await inSystem(owner.db, (tx) =>
      tx
        .update(invitations)
        .set({ expiresAt: sql`now() - interval '1 second'` })
        .where(eq(invitations.id, old.id)),
    );
    const resent = await invite("resent@example.test");
    const { url } = await resendInvitation.run(owner, { invitationId: resent.id });
    for (const secret of ["x".repeat(43), used.secret, revoked.secret, old.secret, resent.secret]) {
      await say(secret);
      const joining = joinByInvitation(ports(), { secret, account }, { userId: null, ...from });
      expect(await codeOf(joining)).toBe("not_found");
    }
    expect(words).toHaveLength(5);
    expect(new Set(words).size).toBe(1);
    expect(words[0]).toContain("Ask the person who invited you for a new one.");
    expect(await describeInvitation(ports(), { secret: secretOf(url), ...from })).toEqual({
      orgName: "Org",
      role: "member",
      inviterName: "Ada",
      email: "resent@example.test",
    });
  });

  test("lasts seven days, and a new link starts them anew", async () => {
    const { id } = await invite("days@example.test");
    const at = (days: number): Context => {
      const time = new Date(Date.now() + days * 86_400_000);
      return { ...owner, now: () => time };
    };
    const isExpired = async (days: number) =>
      (await listInvitations.run(at(days), {})).invitations[0]?.isExpired;
    expect([await isExpired(6.9), await isExpired(7.1)]).toEqual([false, true]);
    await resendInvitation.run(at(7.1), { invitationId: id });
    expect(await isExpired(13)).toBe(false);
  });

  test("lowers or raises nobody who is a member by now", async () => {
    const guest = await addPerson(ports());
    const { secret } = await invite(emailOf(guest), "admin");
    const { userId } = guest.actor;
    await inSystem(owner.db, (tx) =>
      tx.insert(orgMembers).values({ orgId: owner.orgId, userId, role: "viewer" }),
    );
    await acceptInvitation(ports(), { secret, userId });
    expect(await roleOf(userId)).toBe("viewer");
  });
});

describe("a newcomer", () => {
  test("makes an account of the invited address, joins, and can sign in with the password", async () => {
    const { secret } = await invite("New.Person@example.test", "member");
    const joined = await joinByInvitation(
      ports(),
      { secret, account },
      { userId: null, ip: "192.0.2.2" },
    );
    expect(joined).toMatchObject({ orgId: owner.orgId, email: "new.person@example.test" });
    const user = await verifyPassword(ports(), { email: joined.email, ...account, ...from });
    expect(await roleOf(user.id)).toBe("member");
  });

  test("can't take over an address that has an account, and the invitation stays for its owner", async () => {
    const guest = await addPerson(ports());
    const { secret } = await invite(emailOf(guest));
    const who = { userId: null, ip: "192.0.2.3" };
    expect(await codeOf(joinByInvitation(ports(), { secret, account }, who))).toBe("conflict");
    const { userId } = guest.actor;
    expect(await codeOf(joinByInvitation(ports(), { secret }, { ...who, userId }))).toBe("ok");
  });

  test("without an account and without a session is asked to sign in", async () => {
    const { secret } = await invite("nobody@example.test");
    const joining = joinByInvitation(ports(), { secret }, { userId: null, ip: "192.0.2.4" });
    expect(await codeOf(joining)).toBe("unauthenticated");
  });

  test("has a hundred tries in a quarter of an hour from one address", async () => {
    const look = (ip: string) => codeOf(describeInvitation(ports(), { secret: "x", ip }));
    const tries = await Promise.all(Array.from({ length: 110 }, () => look("192.0.2.9")));
    expect(tries.filter((code) => code === "rate_limited")).toHaveLength(10);
    expect(await look("192.0.2.10")).toBe("not_found");
  });

  test.each([
    { account: { ...account, role: "owner" } },
    { account: { ...account, email: "other@example.test" } },
    { account: { ...account, password: "short" } },
    { role: "owner" },
    { userId: newId("user") },
    { orgId: newId("org") },
  ])("can't send %j along", async (extra) => {
    const { secret } = await invite("crafted@example.test");
    const body = { secret, account, ...extra } as never;
    const who = { userId: null, ip: "192.0.2.5" };
    await expect(joinByInvitation(ports(), body, who)).rejects.toMatchObject({ name: "ZodError" });
  });
});

describe("inviting", () => {
  test.each([
    ["owner", "owner", "ok"],
    ["admin", "admin", "ok"],
    ["admin", "owner", "forbidden"],
    ["member", "viewer", "forbidden"],
    ["viewer", "viewer", "forbidden"],
  ] as const)("by an %s to be an %s: %s", async (by, role, outcome) => {
    const inviter = await addPerson(ports(), { role: by, orgId: owner.orgId });
    const email = `${by}-${role}@example.test`;
    expect(await codeOf(createInvitation.run(inviter, { email, role }))).toBe(outcome);
  });

  test("an admin can't renew the invitation of an owner", async () => {
    const { id } = await invite("boss@example.test", "owner");
    const admin = await addPerson(ports(), { role: "admin", orgId: owner.orgId });
    const renew = resendInvitation.run(admin, { invitationId: id });
    expect(await codeOf(renew)).toBe("forbidden");
  });

  test("refuses a member, and an address that is invited already, also of ten at once", async () => {
    const member = await addPerson(ports(), { role: "member", orgId: owner.orgId });
    expect(await codeOf(invite(emailOf(member)))).toBe("conflict");
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(invite("once@example.test"))),
    );
    expect(outcomes.filter((outcome) => outcome === "ok")).toHaveLength(1);
  });

  test("is over after a hundred in an hour", async () => {
    const key = `invitation:${owner.orgId}`;
    const windowEndsAt = new Date(Date.now() + 60_000);
    await inSystem(owner.db, (tx) =>
      tx.insert(rateLimits).values({ key, count: 100, windowEndsAt }),
    );
    expect(await codeOf(invite("late@example.test"))).toBe("rate_limited");
  });

  test("an invitation of another organisation can't be found", async () => {
    const { id } = await invite("theirs@example.test");
    const stranger = await addPerson(ports());
    for (const invitationId of [id, newId("invitation")]) {
      expect(await codeOf(revokeInvitation.run(stranger, { invitationId }))).toBe("not_found");
      expect(await codeOf(resendInvitation.run(stranger, { invitationId }))).toBe("not_found");
    }
    expect((await listInvitations.run(stranger, {})).invitations).toEqual([]);
  });

  test("an inviter who was removed leaves the invitation, which still works", async () => {
    const admin = await addPerson(ports(), { role: "admin", orgId: owner.orgId });
    const guest = await addPerson(ports());
    const { secret } = await invite(emailOf(guest), "member", admin);
    await removeMember.run(owner, { userId: admin.actor.userId });
    const { userId } = guest.actor;
    expect(await codeOf(acceptInvitation(ports(), { secret, userId }))).toBe("ok");
  });
});

describe("the e-mail of an invitation", () => {
  test("arrives, also when the server was busy at first, and its link works", async () => {
    const guest = await addPerson(ports());
    mailServer.refuse(1);
    const { id } = await invite(emailOf(guest));
    const worker = await installation.startWorker();
    try {
      const mine = () => mailServer.mails.find(({ to }) => to.includes(emailOf(guest)));
      await expect.poll(mine, { timeout: 20_000 }).toBeDefined();
      const text = textOf(mine()!);
      expect(text).toContain("Ada invites you to join Org on Workroom as a member.");
      const link = /http:\/\/\S+\/invite\/\S+/.exec(text)?.[0] ?? "";
      const { userId } = guest.actor;
      const mailedAt = async () =>
        (await listInvitations.run(owner, {})).invitations.find((one) => one.id === id)?.mailedAt;
      await expect.poll(mailedAt).toEqual(expect.any(String));
      expect(await codeOf(acceptInvitation(ports(), { secret: secretOf(link), userId }))).toBe(
        "ok",
      );
    } finally {
      await worker.stop();
    }
  }, 30_000);

  test("is sent of the newest link only, and never after the invitation was taken back", async () => {
    const resent = await invite("newest@example.test");
    const { url } = await resendInvitation.run(owner, { invitationId: resent.id });
    const gone = await invite("gone@example.test");
    await revokeInvitation.run(owner, { invitationId: gone.id });
    const last = await invite("last@example.test");
    const worker = await installation.startWorker();
    try {
      const to = (address: string) => mailServer.mails.filter((mail) => mail.to.includes(address));
      await expect
        .poll(() => to("last@example.test").length + to("newest@example.test").length, {
          timeout: 20_000,
        })
        .toBe(2);
      expect(to("gone@example.test")).toEqual([]);
      expect(textOf(to("newest@example.test")[0]!)).toContain(url);
      expect(textOf(to("last@example.test")[0]!)).toContain(last.url);
    } finally {
      await worker.stop();
    }
  }, 30_000);
});
