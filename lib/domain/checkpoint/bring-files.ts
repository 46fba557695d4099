import { inOrg } from "@/lib/db/client";
import { isEmptyState } from "@/lib/workspace/workspace-state";
import { findLastState } from "../commit/find-last-state";
import type { Context } from "../context";
import { FILES_LOCK_MS, filesLock } from "./take-checkpoint";

const RESTORE_TIMEOUT_MS = 15 * 60_000;

/**
 * Makes sure that the room's files are on its disk: when the disk is gone, or a restore was cut off, the state that was
 * saved last is brought back. Whoever is going to change files asks for it first: what is written to an empty disk would
 * pass for all that the room has. A room that was never saved has nothing to bring.
 */
export async function bringFiles(
  ctx: Pick<Context, "db" | "host" | "locks" | "orgId">,
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
    await ctx.host.call("restore", { roomId, state }, { timeoutMs: RESTORE_TIMEOUT_MS });
  });
}
