import { inArray } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Message, users } from "@/lib/db/schema";
import type { MessageView } from "@/lib/protocol/views";

export async function viewMessages(
  tx: DbTransaction,
  rows: readonly Message[],
): Promise<MessageView[]> {
  if (rows.length === 0) return [];
  const people = [...new Set(rows.map((message) => message.authorId))];
  const named = await tx
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, people));
  const names = new Map(named.map(({ id, name }) => [id, name]));
  return rows.map((message) => ({
    id: message.id,
    chatId: message.chatId,
    author: { id: message.authorId, name: names.get(message.authorId) ?? "Somebody" },
    text: message.text,
    attachments: message.attachments,
    state: message.state,
    createdAt: message.createdAt.toISOString(),
    turnId: message.turnId,
  }));
}

export async function viewMessage(tx: DbTransaction, row: Message): Promise<MessageView> {
  const [view] = await viewMessages(tx, [row]);
  if (!view) throw new Error("A message has exactly one view.");
  return view;
}
