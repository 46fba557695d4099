import { and, eq, isNull } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { type Chat, chats, type Workroom, workrooms } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import { type Action, authorize } from "../authorize";
import type { Context } from "../context";
import { loadWorkroomIn, sharedWith, workroomObject } from "../workroom/load-workroom";

/**
 * A chat and its room, when the actor may do this there. With `lock`, both rows are locked, the room's first (as the
 * taking in of frames does), so that two transactions never wait for each other.
 */
export async function loadChatIn(
  tx: DbTransaction,
  ctx: Pick<Context, "actor" | "orgId">,
  action: Action,
  chatId: string,
  { lock = false } = {},
): Promise<{ chat: Chat; room: Workroom }> {
  const [found] = await tx.select().from(chats).where(eq(chats.id, chatId));
  if (!found) throw notFound("Chat");
  const room = await loadWorkroomIn(tx, ctx, action, found.workroomId, { lock }).catch(
    (error: unknown) => {
      // A chat that may not be seen is named as a chat: nothing is told of its room.
      throw error instanceof AppError && error.code === "not_found" ? notFound("Chat") : error;
    },
  );
  if (!lock) return { chat: found, room };
  const [chat] = await tx.select().from(chats).where(eq(chats.id, chatId)).for("no key update");
  if (!chat) throw notFound("Chat");
  return { chat, room };
}

const FRESH_MS = 2_000;
const MAX_REMEMBERED = 2_000;
const allowed = new Map<string, number>();

/**
 * Whether the actor may read the chat. Remembered for two seconds: a stream asks many times a second, and its
 * session's end closes it anyway.
 */
export async function findChatObject(ctx: Context, chatId: string): Promise<void> {
  const who = ctx.actor.kind === "user" ? `${ctx.actor.userId} ${ctx.actor.role}` : ctx.actor.job;
  const key = `${ctx.orgId} ${who} ${chatId}`;
  const now = performance.now();
  if ((allowed.get(key) ?? 0) > now) return;
  const found = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [row] = await tx
      .select({ room: workrooms, shared: sharedWith(ctx) })
      .from(chats)
      .innerJoin(workrooms, eq(workrooms.id, chats.workroomId))
      .where(and(eq(chats.id, chatId), isNull(workrooms.deletedAt)));
    return row;
  });
  if (!found) throw notFound("Chat");
  authorize(ctx, "workroom.read", workroomObject(found.room, found.shared));
  if (allowed.size > MAX_REMEMBERED) allowed.clear();
  allowed.set(key, now + FRESH_MS);
}
