import { and, eq } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { invitations, orgs, users } from "@/lib/db/schema";
import type { Context } from "../context";
import { hashInvitationSecret, invitationUrl } from "./invitation-secret";
import { invitationMail } from "./invitation-mail";
import { pendingIn } from "./view-invitation";

/**
 * Asks for the e-mail of an invitation, when a mail server is set up. The job carries the secret sealed: who reads the
 * queue's table can't use the link.
 */
export async function enqueueInvitationMail(
  tx: DbTransaction,
  ctx: Context,
  invitationId: string,
  secret: string,
): Promise<void> {
  if (!ctx.mailer.isSetUp) return;
  const secretBox = ctx.secrets.seal(secret, invitationId);
  const job = { name: "mail_invitation", orgId: ctx.orgId, invitationId, secretBox } as const;
  await ctx.jobs.enqueue(tx, job);
}

/**
 * Job: sends the e-mail of an invitation. One that was accepted, taken back or given a newer link meanwhile is left
 * out. A mail that left just before a crash may be sent once more.
 */
export async function mailInvitation(
  ctx: Context,
  { invitationId, secretBox }: { invitationId: string; secretBox: string },
): Promise<void> {
  const secret = ctx.secrets.open(secretBox, invitationId);
  const current = and(
    pendingIn(ctx.orgId),
    eq(invitations.id, invitationId),
    eq(invitations.secretHash, hashInvitationSecret(secret)),
  );
  const found = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [row] = await tx
      .select({ invitation: invitations, orgName: orgs.name, inviterName: users.name })
      .from(invitations)
      .innerJoin(orgs, eq(orgs.id, invitations.orgId))
      .leftJoin(users, eq(users.id, invitations.invitedBy))
      .where(current);
    return row;
  });
  if (!found || found.invitation.mailedAt || found.invitation.expiresAt <= ctx.now()) return;
  const { invitation, orgName, inviterName } = found;
  await ctx.mailer.send(
    invitationMail({
      to: invitation.email,
      orgName,
      inviterName: inviterName ?? "Somebody",
      role: invitation.role,
      url: invitationUrl(ctx.settings, secret),
      expiresAt: invitation.expiresAt,
    }),
  );
  await inOrg(ctx.db, ctx.orgId, (tx) =>
    tx.update(invitations).set({ mailedAt: ctx.now() }).where(current),
  );
}
