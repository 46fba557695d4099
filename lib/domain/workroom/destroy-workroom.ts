import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { apps, chats, checkpoints, type Workroom, workrooms } from "@/lib/db/schema";
import { rootOf, storePrefix } from "@/lib/workspace/object-keys";
import type { Context } from "../context";

const DESTROY_TIMEOUT_MS = 120_000;
const BATCH = 1_000;

/** Ends a deleted room: its processes, its disk, what the store keeps, then what its rows hold. Safe to repeat at any point. */
export async function destroyWorkroom(ctx: Context, room: Workroom): Promise<void> {
  await ctx.host.call("destroy", { roomId: room.id }, { timeoutMs: DESTROY_TIMEOUT_MS });
  // In a bucket of the customer's own their files stay; what is ours goes in any case.
  const prefix = `${room.storageId === null ? rootOf(room) : storePrefix(rootOf(room))}/`;
  for (;;) {
    const keys = await ctx.store.list(prefix, { limit: BATCH });
    for (const key of keys) await ctx.store.delete(key);
    if (keys.length < BATCH) break;
  }
  await inOrg(ctx.db, ctx.orgId, async (tx) => {
    await tx.delete(chats).where(eq(chats.workroomId, room.id));
    await tx.delete(apps).where(eq(apps.workroomId, room.id));
    await tx.delete(checkpoints).where(eq(checkpoints.workroomId, room.id));
    // An empty row stays, so that open pages can still be told that the room is gone, and ids are never used twice.
    await tx
      .update(workrooms)
      .set({ state: "archived", transition: null, title: "", previewPorts: [] })
      .where(eq(workrooms.id, room.id));
  });
}
