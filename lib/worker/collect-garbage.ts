import { and, gt, isNull } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { collectGarbage } from "@/lib/domain/garbage/collect-garbage";
import { systemContext } from "@/lib/domain/system-context";
import type { Log } from "@/lib/log";

const LOCK = "collect-garbage";
const LOOK_BACK_MS = 3 * 24 * 60 * 60_000;

/** Once in a while on one web: what no saved state has is removed from the store. */
export async function collectAllGarbage(ports: Ports, log: Log): Promise<void> {
  const lock = await ports.locks.tryLock(LOCK);
  if (!lock) return;
  try {
    // Leftovers come from writing: a workspace that rests has none.
    const since = new Date(ports.now().getTime() - LOOK_BACK_MS);
    const isActive = and(isNull(workrooms.deletedAt), gt(workrooms.committedAt, since));
    const rooms = await inSystem(ports.db, (tx) => tx.select().from(workrooms).where(isActive));
    for (const room of rooms) {
      if (lock.signal.aborted) return;
      const ctx = systemContext(ports, room.orgId, "collect_garbage");
      await collectGarbage(ctx, room).catch((error: unknown) => {
        log.warn({ err: error, workroomId: room.id }, "what is left over was not removed");
      });
    }
  } finally {
    await lock.release().catch(() => undefined);
  }
}
