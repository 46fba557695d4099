import { desc, eq } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Checkpoint, checkpoints } from "@/lib/db/schema";

/** The checkpoint that was made last, or null for a room that has none. */
export async function findLastCheckpoint(
  tx: DbTransaction,
  workroomId: string,
): Promise<Checkpoint | null> {
  const [last] = await tx
    .select()
    .from(checkpoints)
    .where(eq(checkpoints.workroomId, workroomId))
    .orderBy(desc(checkpoints.seq))
    .limit(1);
  return last ?? null;
}
