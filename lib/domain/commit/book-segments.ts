import { inOrg } from "@/lib/db/client";
import type { HostEvent } from "@/lib/protocol/host";
import type { Context } from "../context";
import { publishWorkroom } from "../workroom/publish-change";
import { commitSegments, isRefusal } from "./commit-segments";
import { keepUnsent } from "./keep-unsent";
import { openWorkspace } from "./open-workspace";

type Segments = Extract<HostEvent["event"], { type: "segments" }>;

/**
 * Commits what a host has made durable by itself, and tells it so. A host that is not the room's writer any more is told
 * too: what it had not sent is kept as copies.
 */
export async function bookSegments(ctx: Context, event: Segments): Promise<void> {
  const { roomId, segments } = event;
  const epoch = segments[0]?.epoch;
  if (epoch === undefined) return;
  try {
    const seq = await inOrg(ctx.db, ctx.orgId, (tx) => commitSegments(tx, ctx, roomId, segments));
    await ctx.host.call("ackSegments", { roomId, epoch, seq, isRefused: false });
    publishWorkroom(ctx, roomId);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await keepUnsent(ctx, event);
    await ctx.host.call("ackSegments", { roomId, epoch, seq: 0, isRefused: true });
    // Most often the writer is this very host in a later life of the room: it goes on from what is committed.
    await openWorkspace(ctx, roomId).catch(() => undefined);
  }
}
