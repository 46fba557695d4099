import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type Invitation, invitations } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { InvitationId } from "@/lib/protocol/ids";
import { authorize } from "../authorize";
import type { Context, PersonActor } from "../context";
import { defineVerb } from "../define-verb";
import { isAtLeast } from "../member/member-rank";
import { lockOrg } from "../org/lock-org";
import { writeAudit } from "../write-audit";
import { countInvitation, INVITATION_LIFE_MS, SentInvitation } from "./create-invitation";
import { hashInvitationSecret, invitationUrl, newInvitationSecret } from "./invitation-secret";
import { enqueueInvitationMail } from "./mail-invitation";
import { pendingIn, viewInvitationIn } from "./view-invitation";

type Held = { invitation: Invitation; actor: PersonActor };

/** @throws AppError `not_found` for one that is accepted, taken back or another organisation's, as for none */
async function holdInvitation(tx: DbTransaction, ctx: Context, id: string): Promise<Held> {
  const { actor } = await lockOrg(tx, ctx, "org.manage_members");
  const mine = and(pendingIn(ctx.orgId), eq(invitations.id, id));
  // Locked: somebody may be accepting it at this moment.
  const [invitation] = await tx.select().from(invitations).where(mine).for("update");
  if (!invitation) throw notFound("Invitation");
  return { invitation, actor };
}

export const revokeInvitation = defineVerb({
  name: "invitation.revoke",
  summary: "Takes an invitation back; its link stops working.",
  input: z.strictObject({ invitationId: InvitationId }),
  output: z.object({}),
  action: "org.manage_members",
  rest: { method: "DELETE", path: "/invitations/:invitationId" },
  run: (ctx, { invitationId }) =>
    inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { invitation } = await holdInvitation(tx, ctx, invitationId);
      const mine = eq(invitations.id, invitationId);
      await tx.update(invitations).set({ revokedAt: ctx.now() }).where(mine);
      const { email, role } = invitation;
      await writeAudit(tx, ctx, "invitation.revoke", invitationId, { email, role });
      return {};
    }),
});

export const resendInvitation = defineVerb({
  name: "invitation.resend",
  summary: "Makes a new link for an invitation and mails it; the old link stops working.",
  input: z.strictObject({ invitationId: InvitationId }),
  output: SentInvitation,
  action: "org.manage_members",
  rest: { method: "POST", path: "/invitations/:invitationId/resend" },
  async run(ctx, { invitationId }) {
    authorize(ctx, "org.manage_members", { kind: "org", orgId: ctx.orgId });
    await countInvitation(ctx);
    const secret = newInvitationSecret();
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { invitation, actor } = await holdInvitation(tx, ctx, invitationId);
      if (!isAtLeast(actor.role, invitation.role))
        throw new AppError("forbidden", "Only an owner invites owners.");
      const [row] = await tx
        .update(invitations)
        .set({
          secretHash: hashInvitationSecret(secret),
          invitedBy: actor.userId,
          mailedAt: null,
          expiresAt: new Date(ctx.now().getTime() + INVITATION_LIFE_MS),
        })
        .where(eq(invitations.id, invitationId))
        .returning();
      if (!row) throw new Error("The row was locked by this transaction, so it exists.");
      const { email, role } = row;
      await writeAudit(tx, ctx, "invitation.resend", invitationId, { email, role });
      await enqueueInvitationMail(tx, ctx, invitationId, secret);
      const view = await viewInvitationIn(tx, ctx, row);
      return { invitation: view, url: invitationUrl(ctx.settings, secret) };
    });
  },
});
