import { eq } from "drizzle-orm";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import { appendChatEvents } from "../chat/append-chat-events";
import { findMainChat } from "../chat/find-main-chat";
import type { Context } from "../context";
import { publishChat, publishWorkroom } from "../workroom/publish-change";
import { checkpointEvent } from "./describe-checkpoint";
import { findLastCheckpoint } from "./find-last-checkpoint";
import { takeCheckpoint } from "./take-checkpoint";

/**
 * Job: saves what a person changed in the files, and tells the room's main chat when there was something. Without an actor
 * it is only a manifest of what was synced.
 */
export async function saveEdits(
  ctx: Context,
  { workroomId, actorId }: { workroomId: string; actorId: string | null },
): Promise<void> {
  const before = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [room] = await tx.select().from(workrooms).where(eq(workrooms.id, workroomId));
    return room && !room.deletedAt ? { last: await findLastCheckpoint(tx, workroomId) } : null;
  });
  if (!before) return;
  const cause = { reason: actorId ? "edit" : "sync", turnId: null, actorId } as const;
  const checkpoint = await takeCheckpoint(ctx, workroomId, cause);
  if (checkpoint.id === before.last?.id || actorId === null) return;
  const chatId = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const chat = await findMainChat(tx, workroomId);
    if (chat) await appendChatEvents(tx, ctx, chat.id, [checkpointEvent(checkpoint, null)]);
    return chat?.id;
  });
  if (chatId) publishChat(ctx, chatId);
  publishWorkroom(ctx, workroomId);
}
