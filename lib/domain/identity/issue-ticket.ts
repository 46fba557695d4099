import { lt } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { tickets, type ticketPurposes } from "@/lib/db/schema";
import { randomBase32 } from "@/lib/ids";
import type { Ports } from "../context";
import { hashTicket } from "./hash-ticket";

const SECRET_LENGTH = 40; // 200 random bits

export type NewTicket = {
  purpose: (typeof ticketPurposes)[number];
  userId: string | null;
  sessionId: string | null;
  orgId: string | null;
  objectId: string | null;
  ttlMs: number;
};

/** Makes a one-use secret; only its hash is kept. Tickets that are over are removed on the way. */
export async function issueTicket(
  ports: Pick<Ports, "db" | "now">,
  { ttlMs, ...ticket }: NewTicket,
): Promise<string> {
  const secret = randomBase32(SECRET_LENGTH);
  const now = ports.now();
  await inSystem(ports.db, async (tx) => {
    await tx.delete(tickets).where(lt(tickets.expiresAt, now));
    await tx.insert(tickets).values({
      ...ticket,
      secretHash: hashTicket(secret),
      expiresAt: new Date(now.getTime() + ttlMs),
    });
  });
  return secret;
}
