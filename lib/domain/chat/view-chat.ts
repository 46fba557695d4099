import { and, eq, gt, inArray, sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Chat, turns } from "@/lib/db/schema";
import type { ChatView } from "@/lib/protocol/views";

export async function viewChats(tx: DbTransaction, rows: readonly Chat[]): Promise<ChatView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((chat) => chat.id);
  const running = await tx
    .select({ chatId: turns.chatId, id: turns.id })
    .from(turns)
    .where(and(inArray(turns.chatId, ids), eq(turns.state, "running")));
  const moved = await tx
    .select({
      chatId: turns.chatId,
      // Null for a turn that was never undone; greatest() passes over it.
      at: sql<string>`max(greatest(${turns.finishedAt}, ${turns.undoneAt}))`.mapWith(
        turns.finishedAt,
      ),
    })
    .from(turns)
    .where(and(inArray(turns.chatId, ids), gt(turns.changedFiles, 0)))
    .groupBy(turns.chatId);
  const movedAt = new Map(moved.map(({ chatId, at }) => [chatId, at]));
  const turnOf = new Map(running.map(({ chatId, id }) => [chatId, id]));
  return rows.map((chat) => ({
    id: chat.id,
    workroomId: chat.workroomId,
    title: chat.title,
    createdAt: chat.createdAt.toISOString(),
    lastSeq: chat.lastSeq,
    filesMovedAt: movedAt.get(chat.id)?.toISOString() ?? null,
    runningTurnId: turnOf.get(chat.id) ?? null,
  }));
}
