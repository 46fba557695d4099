import { sql } from "drizzle-orm";
import type { DbTransaction } from "@/lib/db/client";
import type { Context } from "../context";
import { storableJson } from "./storable-json";

export type NewChatEvent = {
  type: "chat/message" | "chat/turn" | "chat/checkpoint" | "chat/profile" | "chat/notice";
  turnId: string | null;
  data: unknown;
};

/** Adds entries of the control plane to a chat's log, numbered under the chat's row lock. */
export async function appendChatEvents(
  tx: DbTransaction,
  { orgId }: Pick<Context, "orgId">,
  chatId: string,
  events: readonly NewChatEvent[],
): Promise<void> {
  const json = JSON.stringify(events.map((event) => storableJson(event)));
  await tx.execute(sql`select append_chat_events(${orgId}, ${chatId}, ${json}::jsonb)`);
}
