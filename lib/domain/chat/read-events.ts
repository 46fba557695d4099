import { sql } from "drizzle-orm";
import { z } from "zod";
import type { ChatEvent } from "@/lib/protocol/events";
import type { Context } from "../context";
import { findChatObject } from "./load-chat";

const Row = z.object({
  seq: z.number(),
  ts: z.date(),
  turn_id: z.string().nullable(),
  source: z.enum(["engine", "chat"]),
  type: z.string(),
  data: z.unknown(),
});

/**
 * A chat's events after `after`, oldest first, at most `limit`.
 *
 * @throws AppError `not_found` when the actor may not see the chat
 */
export async function readEvents(
  ctx: Context,
  chatId: string,
  after: number,
  limit: number,
): Promise<ChatEvent[]> {
  // One statement that sets its organisation itself, asked together with the right to see what it answers.
  const [{ rows }] = await Promise.all([
    ctx.db.execute(
      sql`select seq, ts, turn_id, source, type, data from read_chat_events(${ctx.orgId}, ${chatId}, ${after}, ${limit})`,
    ),
    findChatObject(ctx, chatId),
  ]);
  return rows.map((raw) => {
    const row = Row.parse({ ...raw, ts: new Date(String(raw["ts"])) });
    return {
      seq: row.seq,
      ts: row.ts.toISOString(),
      chatId,
      turnId: row.turn_id,
      source: row.source,
      type: row.type,
      data: row.data,
    };
  });
}
