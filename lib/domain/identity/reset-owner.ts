import { asc, eq } from "drizzle-orm";
import { z } from "zod";
import { inSystem } from "@/lib/db/client";
import { orgMembers, tickets, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Ports } from "../context";
import { writeAudit } from "../write-audit";
import { forgetTries } from "./count-try";
import { endSessionsIn } from "./end-session";
import { issueTicket } from "./issue-ticket";
import { hashPassword, Password } from "./password";
import { redeemTicketIn, requireUsableTicket } from "./redeem-ticket";
import { forgetTotpIn } from "./turn-off-totp";
import { secondStepTries } from "./spend-second-step";

const RESET_LIFE_MS = 60 * 60 * 1_000;

/**
 * A one-use secret with which the first owner chooses a new password; asked for on the machine itself.
 *
 * @throws AppError `not_found` before an owner exists
 */
export async function resetOwner(
  ports: Pick<Ports, "db" | "now">,
): Promise<{ email: string; secret: string }> {
  const owner = await inSystem(ports.db, async (tx) => {
    await tx.delete(tickets).where(eq(tickets.purpose, "reset_owner"));
    const [row] = await tx
      .select({ id: users.id, email: users.email })
      .from(orgMembers)
      .innerJoin(users, eq(users.id, orgMembers.userId))
      .where(eq(orgMembers.role, "owner"))
      .orderBy(asc(orgMembers.createdAt))
      .limit(1);
    return row;
  });
  if (!owner) throw new AppError("not_found", "Nobody has been set up yet.");
  const place = { userId: owner.id, sessionId: null, orgId: null, objectId: null };
  const secret = await issueTicket(ports, {
    purpose: "reset_owner",
    ...place,
    ttlMs: RESET_LIFE_MS,
  });
  return { email: owner.email, secret };
}

export const CompleteReset = z.strictObject({ token: z.string().max(200), password: Password });

/** Sets the owner's new password, turns two-step sign-in off and signs every browser of theirs out. */
export async function completeReset(
  ports: Pick<Ports, "db" | "now">,
  input: z.input<typeof CompleteReset>,
): Promise<{ email: string }> {
  const { token, password } = CompleteReset.parse(input);
  const now = ports.now();
  // Hashing costs time and memory: only for who holds a link that works.
  await requireUsableTicket(ports, { secret: token, purpose: "reset_owner" });
  const passwordHash = await hashPassword(password);
  const owner = await inSystem(ports.db, async (tx) => {
    const asked = { secret: token, purpose: "reset_owner" } as const;
    const { userId } = await redeemTicketIn(tx, now, asked);
    const mine = eq(users.id, userId ?? "");
    const [user] = await tx.update(users).set({ passwordHash }).where(mine).returning();
    if (!user) throw new AppError("unauthenticated", "This link was used already or is too old.");
    await endSessionsIn(tx, now, { userId: user.id, except: null });
    // Who lost the password may have lost the phone too; asking on the machine itself is proof enough for both.
    await forgetTotpIn(tx, user.id);
    const memberships = await tx.select().from(orgMembers).where(eq(orgMembers.userId, user.id));
    const actor = { kind: "system", job: "reset_owner" } as const;
    for (const { orgId } of memberships)
      await writeAudit(tx, { orgId, actor, now: ports.now }, "account.reset", user.id);
    return { email: user.email, userId: user.id };
  });
  for (const key of [`login:${owner.email}`, secondStepTries(owner.userId)])
    await forgetTries(ports.db, key);
  return { email: owner.email };
}
