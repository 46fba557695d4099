import type { EngineFrame } from "@/lib/protocol/engine";
import { ChatId } from "@/lib/protocol/ids";
import { markWhole } from "@/lib/protocol/events";
import { bodyKey, rootOf } from "@/lib/workspace/object-keys";
import type { Context } from "../context";

/** What the bodies of one room may add to the store in an hour: a room can write frames as fast as it likes. */
const HOURLY_BYTES = 64 * 1_048_576;
const HOUR_MS = 3_600_000;

const shares = new Map<string, { since: number; bytes: number }>();

function takeShare(roomId: string, bytes: number, now: number): boolean {
  for (const [id, { since }] of shares) if (now - since > HOUR_MS) shares.delete(id);
  const share = shares.get(roomId) ?? { since: now, bytes: 0 };
  if (share.bytes + bytes > HOURLY_BYTES) return false;
  shares.set(roomId, { ...share, bytes: share.bytes + bytes });
  return true;
}

type Frame = Pick<EngineFrame, "epoch" | "n" | "chatId">;

/** Only workrooms of people have chats, and these have no root of their own. */
const keyOf = (roomId: string, { chatId, epoch, n }: Frame) =>
  bodyKey(rootOf({ id: roomId, root: null }), chatId, epoch, n);

/**
 * Keeps the whole body of a frame in the store, because `cut`, what is left of it, is all that the log takes. A frame
 * that comes again writes the same object again. The answer is `cut` with a mark by which the body is found; without
 * one when it can't be kept (the room has used its share, the store is full), and then the cut stands alone.
 */
export async function keepBody(
  ctx: Pick<Context, "now" | "store">,
  roomId: string,
  frame: Frame,
  { whole, cut }: { whole: unknown; cut: unknown },
): Promise<unknown> {
  const bytes = Buffer.from(JSON.stringify(whole), "utf8");
  const { epoch, n, chatId } = frame;
  if (!ChatId.safeParse(chatId).success) return cut;
  if (!takeShare(roomId, bytes.length, ctx.now().getTime())) return cut;
  try {
    await ctx.store.put(keyOf(roomId, frame), bytes);
    return markWhole(cut, { epoch, n, bytes: bytes.length });
  } catch {
    return cut;
  }
}

/** Takes back what was kept of frames that no log took. */
export async function dropBodies(
  ctx: Pick<Context, "store">,
  roomId: string,
  frames: readonly Frame[],
): Promise<void> {
  for (const frame of frames)
    if (ChatId.safeParse(frame.chatId).success) await ctx.store.delete(keyOf(roomId, frame));
}
