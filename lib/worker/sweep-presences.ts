import { lt } from "drizzle-orm";
import { inSystem } from "@/lib/db/client";
import { presences } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { STALE_AFTER_MS } from "@/lib/domain/presence/stale-after";

/** Rows of sockets whose process died without a word; the pages in those rooms are told. */
export async function sweepPresences({ db, bus, now }: Ports): Promise<void> {
  const before = new Date(now().getTime() - STALE_AFTER_MS);
  const gone = await inSystem(db, (tx) =>
    tx.delete(presences).where(lt(presences.seenAt, before)).returning(),
  );
  const rooms = new Map(gone.map(({ workroomId, orgId }) => [workroomId, orgId]));
  for (const [workroomId, orgId] of rooms) bus.publish({ type: "presence", orgId, workroomId });
}
