import { and, eq, isNull } from "drizzle-orm";
import { type DbTransaction, readInOrg } from "@/lib/db/client";
import { type Chat, chats, type Workroom, workrooms } from "@/lib/db/schema";
import { notFound, notFoundAs } from "@/lib/errors";
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
    notFoundAs("Chat"),
  );
  if (!lock) return { chat: found, room };
  const [chat] = await tx.select().from(chats).where(eq(chats.id, chatId)).for("no key update");
  if (!chat) throw notFound("Chat");
  return { chat, room };
}

const FRESH_MS = 500;
const MAX_REMEMBERED = 2_000;
const allowed = new Map<string, number>();

/**
 * Whether the actor may read the chat. Remembered for half a second: a stream asks many times a second, and a share that
 * is taken back must end it within one.
 *
 * @throws AppError `not_found` · `forbidden` for a key without the scope
 */
export async function findChatObject(ctx: Context, chatId: string): Promise<void> {
  const { actor } = ctx;
  const who =
    actor.kind === "user"
      ? `${actor.userId} ${actor.role} ${actor.apiKey?.id ?? ""}`
      : `job ${actor.job}`;
  const key = `${ctx.orgId} ${who} ${chatId}`;
  const now = performance.now();
  if ((allowed.get(key) ?? 0) > now) return;
  const found = await readInOrg(ctx.db, ctx.orgId, async (tx) => {
    const [row] = await tx
      .select({ room: workrooms, shared: sharedWith(ctx) })
      .from(chats)
      .innerJoin(workrooms, eq(workrooms.id, chats.workroomId))
      .where(and(eq(chats.id, chatId), isNull(workrooms.deletedAt)));
    return row;
  });
  if (!found) throw notFound("Chat");
  try {
    authorize(ctx, "workroom.read", workroomObject(found.room, found.shared));
  } catch (error) {
    notFoundAs("Chat")(error);
  }
  if (allowed.size > MAX_REMEMBERED) allowed.clear();
  allowed.set(key, now + FRESH_MS);
}
