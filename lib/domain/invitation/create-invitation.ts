import { and, count, eq } from "drizzle-orm";
import { z } from "zod";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { invitations, orgMembers, users } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { newId } from "@/lib/ids";
import { InvitationView } from "@/lib/protocol/views";
import { memberRoles } from "@/lib/protocol/view-names";
import { authorize } from "../authorize";
import type { Context } from "../context";
import { defineVerb } from "../define-verb";
import { countTry } from "../identity/count-try";
import { isAtLeast } from "../member/member-rank";
import { lockOrg } from "../org/lock-org";
import { writeAudit } from "../write-audit";
import { hashInvitationSecret, invitationUrl, newInvitationSecret } from "./invitation-secret";
import { enqueueInvitationMail } from "./mail-invitation";
import { pendingIn, viewInvitationIn } from "./view-invitation";

export const INVITATION_LIFE_MS = 7 * 24 * 60 * 60 * 1_000;
const MAX_PENDING = 500;
const HOUR_MS = 60 * 60 * 1_000;
const MAX_AN_HOUR = 100;

/** `url` is shown this once: only a hash of its secret is kept. */
export const SentInvitation = z.object({ invitation: InvitationView, url: z.string() });

export const createInvitation = defineVerb({
  name: "invitation.create",
  summary: "Invites an e-mail address into the organisation; the link works once, for seven days.",
  input: z.strictObject({
    email: z.email("This is no e-mail address.").max(320).toLowerCase(),
    role: z.enum(memberRoles).default("member"),
  }),
  output: SentInvitation,
  action: "org.manage_members",
  rest: { method: "POST", path: "/invitations" },
  async run(ctx, { email, role }) {
    authorize(ctx, "org.manage_members", { kind: "org", orgId: ctx.orgId });
    await countInvitation(ctx);
    const secret = newInvitationSecret();
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const { actor } = await lockOrg(tx, ctx, "org.manage_members");
      if (!isAtLeast(actor.role, role))
        throw new AppError("forbidden", "You can't invite somebody to more rights than you have.");
      await requireNew(tx, ctx.orgId, email);
      const now = ctx.now();
      const [row] = await tx
        .insert(invitations)
        .values({
          id: newId("invitation"),
          orgId: ctx.orgId,
          email,
          role,
          secretHash: hashInvitationSecret(secret),
          invitedBy: actor.userId,
          createdAt: now,
          expiresAt: new Date(now.getTime() + INVITATION_LIFE_MS),
        })
        .returning();
      if (!row) throw new Error("The insert made one row.");
      await writeAudit(tx, ctx, "invitation.create", row.id, { email, role });
      await enqueueInvitationMail(tx, ctx, row.id, secret);
      const invitation = await viewInvitationIn(tx, ctx, row);
      return { invitation, url: invitationUrl(ctx.settings, secret) };
    });
  },
});

/** Every invitation may send a mail to a stranger. @throws AppError `rate_limited` */
export const countInvitation = (ctx: Context): Promise<void> =>
  countTry(
    ctx.db,
    [{ key: `invitation:${ctx.orgId}`, maxTries: MAX_AN_HOUR, windowMs: HOUR_MS }],
    ctx.now(),
  );

/** Asked under the organisation's lock, so an address has one open invitation at most. */
async function requireNew(tx: DbTransaction, orgId: string, email: string): Promise<void> {
  const [member] = await tx
    .select({ name: users.name })
    .from(orgMembers)
    .innerJoin(users, eq(users.id, orgMembers.userId))
    .where(and(eq(orgMembers.orgId, orgId), eq(users.email, email)));
  if (member) throw new AppError("conflict", `${member.name} is a member already.`);
  const pending = await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(and(pendingIn(orgId), eq(invitations.email, email)))
    .limit(1);
  if (pending.length > 0)
    throw new AppError(
      "conflict",
      "This address is invited already. Make a new link for that invitation, or take it back.",
    );
  const [found] = await tx.select({ count: count() }).from(invitations).where(pendingIn(orgId));
  if ((found?.count ?? 0) >= MAX_PENDING)
    throw new AppError("limit_exceeded", `At most ${MAX_PENDING} invitations can be open.`);
}
