import { eq } from "drizzle-orm";
import { z } from "zod";
import { inSystem } from "@/lib/db/client";
import { invitations, orgs, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import type { MemberRole } from "@/lib/protocol/view-names";
import type { Ports } from "../context";
import { countTry } from "../identity/count-try";
import { hashPassword, Password } from "../identity/password";
import {
  acceptInvitation,
  acceptInvitationIn,
  type Joined,
  unusableInvitation,
  usableInvitation,
} from "./accept-invitation";

const WINDOW_MS = 15 * 60 * 1_000;
const MAX_TRIES_PER_ADDRESS = 100;

/** @throws AppError `rate_limited` */
const countLook = (ports: Pick<Ports, "db" | "now">, ip: string): Promise<void> =>
  countTry(
    ports.db,
    [{ key: `invite:${ip}`, maxTries: MAX_TRIES_PER_ADDRESS, windowMs: WINDOW_MS }],
    ports.now(),
  );

export type InvitationOffer = {
  orgName: string;
  role: MemberRole;
  inviterName: string;
  email: string;
};

/**
 * What the page of an invitation shows.
 *
 * @throws AppError `not_found` for any link that can't be used · `rate_limited`
 */
export async function describeInvitation(
  ports: Pick<Ports, "db" | "now">,
  { secret, ip }: { secret: string; ip: string },
): Promise<InvitationOffer> {
  await countLook(ports, ip);
  return inSystem(ports.db, async (tx) => {
    const [found] = await tx
      .select({
        orgName: orgs.name,
        role: invitations.role,
        inviterName: users.name,
        email: invitations.email,
      })
      .from(invitations)
      .innerJoin(orgs, eq(orgs.id, invitations.orgId))
      .leftJoin(users, eq(users.id, invitations.invitedBy))
      .where(usableInvitation(secret, ports.now()));
    if (!found) throw unusableInvitation();
    return { ...found, inviterName: found.inviterName ?? "Somebody" };
  });
}

export const JoinByInvitation = z.strictObject({
  secret: z.string().min(1).max(200),
  /** Left out by a person who is signed in. */
  account: z
    .strictObject({
      name: z.string().trim().min(1, "Tell us your name.").max(80),
      password: Password,
    })
    .optional(),
});

/**
 * The door behind an invitation's link: joins the person who is signed in, or makes the account of the invited address
 * and joins it.
 *
 * @throws AppError `not_found` for any link that can't be used · `conflict` when the address has an account ·
 * `unauthenticated` · `rate_limited`
 */
export async function joinByInvitation(
  ports: Pick<Ports, "db" | "now">,
  input: z.input<typeof JoinByInvitation>,
  who: { userId: string | null; ip: string },
): Promise<Joined & { email: string }> {
  await countLook(ports, who.ip);
  const { secret, account } = JoinByInvitation.parse(input);
  if (account) return joinWithNewAccount(ports, secret, account);
  if (who.userId === null) throw new AppError("unauthenticated", "Sign in to go on.");
  return { ...(await acceptInvitation(ports, { secret, userId: who.userId })), email: "" };
}

async function joinWithNewAccount(
  ports: Pick<Ports, "db" | "now">,
  secret: string,
  account: { name: string; password: string },
): Promise<Joined & { email: string }> {
  // Hashing costs time and memory: only for who holds a link that works.
  const usable = usableInvitation(secret, ports.now());
  const [offered] = await inSystem(ports.db, (tx) => tx.select().from(invitations).where(usable));
  if (!offered) throw unusableInvitation();
  const passwordHash = await hashPassword(account.password);
  return inSystem(ports.db, async (tx) => {
    const { email } = offered;
    const values = { id: newId("user"), email, name: account.name, passwordHash };
    const insert = tx.insert(users).values({ ...values, createdAt: ports.now() });
    const [user] = await insert.onConflictDoNothing({ target: users.email }).returning();
    if (!user)
      throw new AppError("conflict", "This can't be done here. If you have an account, log in.");
    const joined = await acceptInvitationIn(tx, ports, { secret, userId: user.id, email });
    return { ...joined, email };
  });
}
