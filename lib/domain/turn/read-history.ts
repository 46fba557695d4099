import { and, asc, desc, eq, inArray, isNotNull, lt } from "drizzle-orm";
import { type DbTransaction, inOrg } from "@/lib/db/client";
import { events, messages, type Turn, turns } from "@/lib/db/schema";
import { z } from "zod";
import type { StartTurn } from "@/lib/protocol/engine";
import type { Context } from "../context";

const MAX_TURNS = 20;
const MAX_CHUNKS = 5_000;
const MAX_TEXT = 10_000;
const TextChunk = z.object({ content: z.object({ type: z.literal("text"), text: z.string() }) });

/** What was said before this turn, for an agent that can't load its own session. */
export const readHistory = (ctx: Context, turn: Turn): Promise<StartTurn["history"]> =>
  inOrg(ctx.db, ctx.orgId, async (tx) => {
    const earlier = await tx
      .select({ id: turns.id, text: messages.text })
      .from(turns)
      .innerJoin(messages, eq(messages.id, turns.messageId))
      .where(
        and(
          eq(turns.chatId, turn.chatId),
          lt(turns.startedAt, turn.startedAt),
          isNotNull(turns.endedAt),
        ),
      )
      .orderBy(desc(turns.startedAt))
      .limit(MAX_TURNS);
    const answers = await readAnswers(
      tx,
      turn.chatId,
      earlier.map(({ id }) => id),
    );
    return earlier.toReversed().flatMap(({ id, text }) => {
      const said = { role: "user" as const, text: text.slice(0, MAX_TEXT) };
      const answer = answers.get(id);
      return answer ? [said, { role: "assistant" as const, text: answer }] : [said];
    });
  });

async function readAnswers(
  tx: DbTransaction,
  chatId: string,
  turnIds: string[],
): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  if (turnIds.length === 0) return answers;
  const chunks = await tx
    .select({ turnId: events.turnId, data: events.data })
    .from(events)
    .where(
      and(
        eq(events.chatId, chatId),
        inArray(events.turnId, turnIds),
        eq(events.type, "agent_message_chunk"),
      ),
    )
    .orderBy(asc(events.seq))
    .limit(MAX_CHUNKS);
  for (const { turnId, data } of chunks) {
    const chunk = TextChunk.safeParse(data);
    if (!turnId || !chunk.success) continue;
    const text = (answers.get(turnId) ?? "") + chunk.data.content.text;
    answers.set(turnId, text.slice(0, MAX_TEXT));
  }
  return answers;
}
