import { and, eq, gt, isNull } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { tickets } from "@/lib/db/schema";
import type { DetectedModel } from "@/lib/protocol/views";
import type { Ports } from "../context";
import { detectModels } from "../model/detect-models";
import { hashTicket } from "./hash-ticket";

/** What the set-up page shows. A link that doesn't work learns nothing of this machine. */
export async function describeSetup(
  ports: Ports,
  { token }: { token: string },
): Promise<{ isValid: boolean; detected: DetectedModel[] }> {
  const isValid = await inSystem(ports.db, async (tx) => {
    const mine = and(eq(tickets.secretHash, hashTicket(token)), eq(tickets.purpose, "setup"));
    const usable = and(mine, isNull(tickets.usedAt), gt(tickets.expiresAt, ports.now()));
    return (await tx.select().from(tickets).where(usable)).length > 0;
  });
  return { isValid, detected: isValid ? await detectModels(ports) : [] };
}
