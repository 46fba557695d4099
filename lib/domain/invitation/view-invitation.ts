import { and, eq, inArray, isNull } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Invitation, invitations, users } from "@/lib/db/schema";
import type { InvitationView } from "@/lib/protocol/views";
import type { Context } from "../context";

/** Not accepted and not taken back; whether it is too old is told apart. */
export const pendingIn = (orgId: string) =>
  and(eq(invitations.orgId, orgId), isNull(invitations.acceptedAt), isNull(invitations.revokedAt));

export async function viewInvitations(
  tx: DbTransaction,
  ctx: Pick<Context, "now">,
  rows: readonly Invitation[],
): Promise<InvitationView[]> {
  const inviters = [...new Set(rows.map(({ invitedBy }) => invitedBy))];
  const people = inviters.length
    ? await tx.select().from(users).where(inArray(users.id, inviters))
    : [];
  const names = new Map(people.map(({ id, name }) => [id, name]));
  return rows.map((row) => ({
    id: row.id,
    email: row.email,
    role: row.role,
    invitedBy: { id: row.invitedBy, name: names.get(row.invitedBy) ?? "A former member" },
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    isExpired: row.expiresAt <= ctx.now(),
    mailedAt: row.mailedAt?.toISOString() ?? null,
  }));
}

export async function viewInvitationIn(
  tx: DbTransaction,
  ctx: Pick<Context, "now">,
  row: Invitation,
): Promise<InvitationView> {
  const [view] = await viewInvitations(tx, ctx, [row]);
  if (!view) throw new Error("An invitation has exactly one view.");
  return view;
}
