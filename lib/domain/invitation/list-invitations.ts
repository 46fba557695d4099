import { desc } from "drizzle-orm";
import { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { invitations } from "@/lib/db/schema";
import { InvitationView } from "@/lib/protocol/views";
import { authorize } from "../authorize";
import { defineVerb } from "../define-verb";
import { pendingIn, viewInvitations } from "./view-invitation";

const MAX_INVITATIONS = 500;

export const listInvitations = defineVerb({
  name: "invitation.list",
  summary: "Lists the invitations that nobody has accepted yet, newest first.",
  input: z.strictObject({}),
  output: z.object({ invitations: z.array(InvitationView), isMailing: z.boolean() }),
  action: "org.manage_members",
  rest: { method: "GET", path: "/invitations" },
  async run(ctx) {
    authorize(ctx, "org.manage_members", { kind: "org", orgId: ctx.orgId });
    return inOrg(ctx.db, ctx.orgId, async (tx) => {
      const rows = await tx
        .select()
        .from(invitations)
        .where(pendingIn(ctx.orgId))
        .orderBy(desc(invitations.createdAt))
        .limit(MAX_INVITATIONS);
      const views = await viewInvitations(tx, ctx, rows);
      return { invitations: views, isMailing: ctx.mailer.isSetUp };
    });
  },
});
