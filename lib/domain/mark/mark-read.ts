import type { DbTransaction } from "@/lib/db/client";
import { workroomMarks } from "@/lib/db/schema";
import type { Context } from "../context";

/** Whoever looks at a room has read what happened there up to now. */
export async function markReadIn(
  tx: DbTransaction,
  { orgId, now }: Pick<Context, "orgId" | "now">,
  who: { workroomId: string; userId: string },
): Promise<void> {
  const readAt = now();
  await tx
    .insert(workroomMarks)
    .values({ orgId, ...who, readAt })
    .onConflictDoUpdate({
      target: [workroomMarks.workroomId, workroomMarks.userId],
      set: { readAt },
    });
}
