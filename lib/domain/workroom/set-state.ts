import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { type Workroom, workrooms } from "@/lib/db/schema";
import type { Context } from "../context";
import { notifyPeople } from "../notification/notify-people";
import { noteAttention } from "./note-attention";
import { publishWorkroom } from "./publish-change";

/** What the reconciler, and nobody else, writes. */
export type StateChange = Partial<
  Pick<
    Workroom,
    | "state"
    | "transition"
    | "failure"
    | "reason"
    | "epoch"
    | "bootMs"
    | "bootedAt"
    | "previewPorts"
    | "wallProbes"
    | "wallsCheckedAt"
  >
>;

/** Records what was reached and tells the pages. @returns the row, or null when the room is gone */
export async function setState(
  ctx: Context,
  workroomId: string,
  change: StateChange,
): Promise<Workroom | null> {
  const [room] = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    if (change.state === "failed") {
      const [room] = await noteAttention(tx, ctx, workroomId, "failed");
      const event = {
        kind: "failed",
        turn: null,
        body: change.failure ?? "It can’t start.",
      } as const;
      // Nobody is told of a computer or a session that fails: whoever uses it sees it there.
      if (room?.kind === "room") await notifyPeople(tx, ctx, room, event);
    }
    return tx.update(workrooms).set(change).where(eq(workrooms.id, workroomId)).returning();
  });
  publishWorkroom(ctx, workroomId);
  return room ?? null;
}
