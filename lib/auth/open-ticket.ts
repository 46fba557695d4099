import type { Ports } from "@/lib/domain/context";
import { redeemTicket } from "@/lib/domain/identity/redeem-ticket";
import { AppError } from "@/lib/errors";
import { findSessionActor, type SignedIn } from "./require-actor";

/**
 * Uses up a ticket that a signed-in browser asked for, and tells whose it is and what it opens.
 *
 * @throws AppError `unauthenticated` for a ticket that is unknown, used, too old, of another purpose, or of a session
 * that has ended
 */
export async function openTicket(
  ports: Ports,
  secret: string,
  purpose: "live" | "terminal" | "preview" | "app",
): Promise<{ signedIn: SignedIn; objectId: string | null }> {
  const ticket = await redeemTicket(ports, { secret, purpose });
  const signedIn =
    ticket.sessionId === null || ticket.orgId === null
      ? null
      : await findSessionActor(ports, ticket.sessionId, { orgId: ticket.orgId });
  if (signedIn === null)
    throw new AppError("unauthenticated", "This link was used already or is too old.");
  return { signedIn, objectId: ticket.objectId };
}
