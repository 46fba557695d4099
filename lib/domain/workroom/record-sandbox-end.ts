import { eq } from "drizzle-orm";
import type { z } from "zod";
import { inOrg } from "@/lib/db/client";
import { workrooms } from "@/lib/db/schema";
import type { Notice } from "@/lib/protocol/events";
import type { HostEvent } from "@/lib/protocol/host";
import { appendChatEvents } from "../chat/append-chat-events";
import { findMainChat } from "../chat/find-main-chat";
import type { Context } from "../context";
import { publishChat } from "./publish-change";
import { interruptTurns } from "./start-sandbox";

type RoomEvent = Extract<HostEvent["event"], { type: "sandbox_ended" | "out_of_memory" }>;

/** Takes note of what the host saw: cut turns are marked with the reason, and the reconciler looks at the room. */
export async function recordSandboxEnd(ctx: Context, event: RoomEvent): Promise<void> {
  const room = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const [row] = await tx.select().from(workrooms).where(eq(workrooms.id, event.roomId));
    return row;
  });
  if (!room || room.deletedAt) return;
  if (event.type === "sandbox_ended") {
    if (event.epoch !== room.epoch) return; // an older life, long replaced
    const isWished = room.desiredState === "active";
    if (isWished)
      await interruptTurns(ctx, room, `The sandbox ended: ${event.detail}. Your files are kept.`);
    await inOrg(ctx.db, ctx.orgId, (tx) =>
      ctx.jobs.enqueue(tx, {
        name: "reconcile_workroom",
        orgId: ctx.orgId,
        workroomId: room.id,
      }),
    );
    if (!isWished) return;
  }
  const text =
    event.type === "out_of_memory"
      ? `A program was stopped: ${event.detail}.`
      : `The sandbox ended (${event.detail}) and starts again.`;
  const chatId = await inOrg(ctx.db, ctx.orgId, async (tx) => {
    const chat = await findMainChat(tx, room.id);
    const data: z.infer<typeof Notice> = { level: "warning", text };
    if (chat)
      await appendChatEvents(tx, ctx, chat.id, [{ type: "chat/notice", turnId: null, data }]);
    return chat?.id;
  });
  if (chatId) publishChat(ctx, chatId);
}
