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
    const seq = await inOrg(ctx.db, ctx.orgId, async (tx) => {
      const last = await commitSegments(tx, ctx, roomId, segments);
      if (isMuch(segments)) {
        const job = { name: "checkpoint_workroom", orgId: ctx.orgId, workroomId: roomId } as const;
        await ctx.jobs.enqueue(tx, { ...job, actorId: null }, { key: `sync:${roomId}` });
      }
      return last;
    });
    await ctx.host.call("ackSegments", { roomId, epoch, seq, isRefused: false });
    publishSoon(ctx, roomId);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await keepUnsent(ctx, event);
    await ctx.host.call("ackSegments", { roomId, epoch, seq: 0, isRefused: true });
    // Most often the writer is this very host in a later life of the room: it goes on from what is committed.
    await openWorkspace(ctx, roomId).catch(() => undefined);
  }
}

/** After so many commits, or so many bytes at once, a manifest of the whole keeps the way back short. */
const COMMITS_PER_MANIFEST = 64;
const BYTES_PER_MANIFEST = 16 * 1_048_576;

const isMuch = (segments: Segments["segments"]): boolean =>
  segments.some(({ seq }) => seq % COMMITS_PER_MANIFEST === 0) ||
  segments.reduce((sum, { bytes }) => sum + bytes, 0) >= BYTES_PER_MANIFEST;

/** A room that writes all the time is not drawn anew all the time. */
const PUBLISH_EVERY_MS = 3_000;
const published = new Set<string>();

/** Tells pages at once, and for a while after that once more at its end. */
function publishSoon(ctx: Context, roomId: string): void {
  const isWaiting = published.has(roomId);
  published.add(roomId);
  if (isWaiting) return;
  publishWorkroom(ctx, roomId);
  setTimeout(() => {
    published.delete(roomId);
    publishWorkroom(ctx, roomId);
  }, PUBLISH_EVERY_MS).unref();
}
