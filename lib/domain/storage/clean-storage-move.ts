import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { rootOf } from "@/lib/workspace/object-keys";
import type { Context } from "../context";
import { listWorkspace } from "./copy-workspace";
import { findLastMove } from "./move-storage";

/**
 * Job, a day after a move: removes the copy that stayed with Workroom, unless the workspace is there again or on its way
 * back. The row is locked meanwhile, so that no move back begins.
 */
export const cleanStorageMove = (ctx: Context, workroomId: string): Promise<void> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const isIt = eq(workrooms.id, workroomId);
    const [room] = await tx.select().from(workrooms).where(isIt).for("no key update");
    const move = await findLastMove(tx, workroomId);
    if (!room || room.storageId === null || move?.state !== "done") return;
    if (move.toStorageId !== room.storageId) return;
    const root = rootOf(room);
    const store = ctx.buckets.openRoot({ kind: "managed" }, root);
    for (const { key } of await listWorkspace(store, root)) await store.delete(key);
  });
