import { lt } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { idempotencyKeys } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { ANSWER_LIFE_MS } from "@/lib/domain/idempotency/answer-once";

/** Forgets the answers that were kept for a day, and the claims of processes that died. */
export const sweepIdempotencyKeys = (ports: Pick<Ports, "db" | "now">): Promise<void> =>
  inSystem(ports.db, async (tx) => {
    const before = new Date(ports.now().getTime() - ANSWER_LIFE_MS);
    await tx.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before));
  });
