import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import { rootOf } from "@/lib/workspace/object-keys";
import type { Context } from "../context";
import { readRoute } from "../storage/storage-route";
import { findLastState } from "./find-last-state";

const OPEN_TIMEOUT_MS = 5 * 60_000;

/**
 * Tells the host what is committed of a room's files, so that it syncs them from there on. Safe to repeat: a host that
 * knows goes on as before.
 *
 * @throws AppError `conflict` when the room has files and this host has no disk of it
 */
export async function openWorkspace(
  ctx: Pick<Context, "db" | "orgId" | "host" | "secrets">,
  workroomId: string,
): Promise<void> {
  const { room, last, route } = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [row] = await tx.select().from(workrooms).where(eq(workrooms.id, workroomId));
    if (!row || row.deletedAt) throw notFound("Workroom");
    return {
      room: row,
      last: await findLastState(tx, workroomId),
      route: await readRoute(tx, ctx, row),
    };
  });
  await ctx.host.call(
    "openWorkspace",
    {
      roomId: workroomId,
      root: rootOf(room),
      epoch: room.epoch,
      writerEpoch: last.writerEpoch,
      state: last.state,
      isLive: room.state === "active" || room.state === "booting",
      route,
    },
    { timeoutMs: OPEN_TIMEOUT_MS },
  );
}
