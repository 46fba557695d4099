import { and, eq, gt, isNull } from "drizzle-orm";
import { type DbTransaction, inSystem } from "@/lib/db/client";
import { tickets } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Ports } from "../context";
import { hashTicket } from "./hash-ticket";
import type { NewTicket } from "./issue-ticket";

export type RedeemedTicket = Omit<NewTicket, "purpose" | "ttlMs">;
type Asked = { secret: string; purpose: NewTicket["purpose"] };

/**
 * Uses up a ticket: of several tries at once, one succeeds.
 *
 * @throws AppError `unauthenticated` for a ticket that is unknown, used, too old or of another purpose
 */
export const redeemTicket = (
  ports: Pick<Ports, "db" | "now">,
  asked: Asked,
): Promise<RedeemedTicket> => inSystem(ports.db, (tx) => redeemTicketIn(tx, ports.now(), asked));

const usable = ({ secret, purpose }: Asked, now: Date) =>
  and(
    eq(tickets.secretHash, hashTicket(secret)),
    eq(tickets.purpose, purpose),
    isNull(tickets.usedAt),
    gt(tickets.expiresAt, now),
  );
const unusable = () => new AppError("unauthenticated", "This link was used already or is too old.");

/** Before work that only a holder of the ticket may cause; it is used up later. @throws AppError `unauthenticated` */
export async function requireUsableTicket(
  ports: Pick<Ports, "db" | "now">,
  asked: Asked,
): Promise<void> {
  const found = await inSystem(ports.db, (tx) =>
    tx.select({ purpose: tickets.purpose }).from(tickets).where(usable(asked, ports.now())),
  );
  if (found.length === 0) throw unusable();
}

/** `redeemTicket` as part of a transaction: the ticket is used up exactly when what it allowed has happened. */
export async function redeemTicketIn(
  tx: DbTransaction,
  now: Date,
  asked: Asked,
): Promise<RedeemedTicket> {
  const [ticket] = await tx
    .update(tickets)
    .set({ usedAt: now })
    .where(usable(asked, now))
    .returning();
  if (!ticket) throw unusable();
  const { userId, sessionId, orgId, objectId } = ticket;
  return { userId, sessionId, orgId, objectId };
}
