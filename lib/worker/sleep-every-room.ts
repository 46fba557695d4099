import { and, inArray, isNull } from "drizzle-orm";
import { inOrg, inSystem } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Ports } from "@/lib/domain/context";
import { systemContext } from "@/lib/domain/system-context";
import { reconcileWorkroom } from "@/lib/domain/workroom/reconcile-workroom";
import { interruptTurns } from "@/lib/domain/workroom/start-sandbox";
import { wishState } from "@/lib/domain/workroom/wish-state";

/** The person stopped the product: turns that run are marked, every room is saved and put to sleep. */
export async function sleepEveryRoom(ports: Ports): Promise<void> {
  const awake = and(inArray(workrooms.state, ["active", "booting"]), isNull(workrooms.deletedAt));
  const rooms = await inSystem(ports.db, (tx) => tx.select().from(workrooms).where(awake));
  await Promise.allSettled(
    rooms.map(async (room) => {
      const ctx = systemContext(ports, room.orgId, "stop");
      await interruptTurns(ctx, room, "Workroom was stopped in the middle of this turn.");
      await inOrg(ctx.db, ctx.orgId, (tx) =>
        wishState(tx, ctx, room, { desiredState: "sleeping", reason: "user" }),
      );
      await reconcileWorkroom(ctx, room.id);
    }),
  );
}
