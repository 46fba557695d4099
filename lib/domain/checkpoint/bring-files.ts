import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { rootOf } from "@/lib/workspace/object-keys";
import { isEmptyState } from "@/lib/workspace/workspace-state";
import { findLastState } from "../commit/find-last-state";
import type { Context } from "../context";
import { readRoute } from "../storage/storage-route";
import { FILES_LOCK_MS, filesLock } from "./take-checkpoint";

const RESTORE_TIMEOUT_MS = 15 * 60_000;

/**
 * Makes sure that the room's files are on its disk: when the disk is gone, or a restore was cut off, the state that was
 * saved last is brought back. Whoever is going to change files asks for it first: what is written to an empty disk would
 * pass for all that the room has. A room that was never saved has nothing to bring.
 */
export async function bringFiles(
  ctx: Pick<Context, "db" | "host" | "locks" | "orgId" | "secrets">,
  roomId: string,
  onRestore: () => Promise<void> = async () => undefined,
): Promise<void> {
  const isThere = async () => (await ctx.host.call("hasDisk", { roomId })).hasDisk;
  const findLast = () => inOrg(ctx.db, ctx.orgId, (tx) => findLastState(tx, roomId));
  if (await isThere()) return;
  const last = await findLast();
  if (isEmptyState(last.state)) return;
  await ctx.locks.withLock(filesLock(roomId), FILES_LOCK_MS, async () => {
    if (await isThere()) return; // brought by somebody else meanwhile
    await onRestore();
    const { state } = await findLast();
    await tellRoute(ctx, roomId);
    await ctx.host.call("restore", { roomId, state }, { timeoutMs: RESTORE_TIMEOUT_MS });
  });
}

/** A host that has just started does not know which rooms lie in a bucket of their owner's. */
async function tellRoute(
  ctx: Pick<Context, "db" | "host" | "orgId" | "secrets">,
  roomId: string,
): Promise<void> {
  const found = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, roomId));
    return room && { root: rootOf(room), route: await readRoute(tx, ctx, room) };
  });
  if (found) await ctx.host.call("setStorage", found);
}
