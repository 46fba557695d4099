import { inOrg } from "@/lib/db/client";
import { AppError } from "@/lib/errors";
import type { HostEvent } from "@/lib/protocol/host";
import type { ManifestEntry } from "@/lib/protocol/store";
import { readSegment } from "@/lib/workspace/segment";
import { appendChatEvents } from "../chat/append-chat-events";
import { findMainChat } from "../chat/find-main-chat";
import type { Context } from "../context";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { flushWorkspace } from "./flush-workspace";
import { openWorkspace } from "./open-workspace";

type Segments = Extract<HostEvent["event"], { type: "segments" }>;
const COPIES_TIMEOUT_MS = 5 * 60_000;
const MAX_NAMED = 5;

/**
 * What a writer had not sent when another took its place: the files of its refused segments become copies beside those
 * of the room, on the host that writes now. Nothing happens when that is the same host: its disk has them.
 */
export async function keepUnsent(ctx: Context, event: Segments): Promise<void> {
  const { roomId, writer, segments } = event;
  try {
    const entries: ManifestEntry[] = [];
    for (const ref of segments)
      for (const op of (await readSegment(ctx.store, ref)).ops)
        if (op.op === "put" && op.entry.type === "file") entries.push(op.entry);
    if (entries.length === 0) return;
    await openWorkspace(ctx, roomId);
    const { copies } = await ctx.host.call(
      "keepCopies",
      { roomId, writer, entries, at: ctx.now().toISOString() },
      { timeoutMs: COPIES_TIMEOUT_MS },
    );
    if (copies.length === 0) return;
    const cause = { reason: "conflict", turnId: null, actorId: null } as const;
    await flushWorkspace(ctx, { workroomId: roomId, cause, paths: copies }, async () => undefined);
    await tellCopies(ctx, roomId, copies);
  } catch (error) {
    // A segment or a room that is gone must not keep the events behind it waiting for ever.
    if (!(error instanceof AppError) || error.code === "unavailable") throw error;
  }
}

/** Tells the room's people that copies were kept, and where. */
export async function tellCopies(
  ctx: Context,
  workroomId: string,
  paths: readonly string[],
): Promise<void> {
  const named = paths.slice(0, MAX_NAMED).join(", ");
  const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : "";
  const text = `These files were changed in two places at once. Both are kept: look at ${named}${more}.`;
  const chatId = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const chat = await findMainChat(tx, workroomId);
    const data = { level: "warning", text } as const;
    if (chat)
      await appendChatEvents(tx, ctx, chat.id, [{ type: "chat/notice", turnId: null, data }]);
    return chat?.id;
  });
  if (chatId) publishChat(ctx, chatId);
  publishWorkroom(ctx, workroomId);
}
