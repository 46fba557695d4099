import { asc, eq } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import { type Chat, chats } from "@/lib/db/schema";

/** A room's first chat: what concerns the whole room is told there. Null when the room is gone. */
export async function findMainChat(tx: DbTransaction, workroomId: string): Promise<Chat | null> {
  const [chat] = await tx
    .select()
    .from(chats)
    .where(eq(chats.workroomId, workroomId))
    .orderBy(asc(chats.createdAt), asc(chats.id))
    .limit(1);
  return chat ?? null;
}
