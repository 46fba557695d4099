import { eq } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { orgMembers, tickets } from "@/lib/db/schema";
import type { Ports } from "../context";
import { issueTicket } from "./issue-ticket";

const SETUP_LIFE_MS = 7 * 24 * 60 * 60 * 1_000;

/** The secret of the set-up link, or `null` when there is an owner. Links of earlier starts stop working. */
export async function issueSetupTicket(ports: Pick<Ports, "db" | "now">): Promise<string | null> {
  const isTaken = await inSystem(ports.db, async (tx) => {
    const owners = await tx.select().from(orgMembers).where(eq(orgMembers.role, "owner")).limit(1);
    if (owners.length > 0) return true;
    await tx.delete(tickets).where(eq(tickets.purpose, "setup"));
    return false;
  });
  if (isTaken) return null;
  const nobody = { userId: null, sessionId: null, orgId: null, objectId: null };
  return issueTicket(ports, { purpose: "setup", ...nobody, ttlMs: SETUP_LIFE_MS });
}
