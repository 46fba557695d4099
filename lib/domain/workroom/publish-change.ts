import type { ChatEvent } from "@/lib/protocol/events";
import type { Context } from "../context";

type Bus = Pick<Context, "bus" | "orgId">;

/** Tells live pages to read the room again. Called after the transaction has committed. */
export const publishWorkroom = (ctx: Bus, workroomId: string): void =>
  ctx.bus.publish({ type: "workroom", orgId: ctx.orgId, workroomId });

/**
 * The same for one person's pages only, or for everybody's (EVERYBODY). They had the room before, so they are told when
 * they have it no more; strangers never are.
 */
export const publishWorkroomTo = (ctx: Bus, workroomId: string, userId: string): void =>
  ctx.bus.publish({ type: "workroom", orgId: ctx.orgId, workroomId, userId });

/** Tells live pages in a room that somebody came or left. */
export const publishPresence = (ctx: Bus, workroomId: string): void =>
  ctx.bus.publish({ type: "presence", orgId: ctx.orgId, workroomId });

/** Tells live pages that a chat's log has grown; `events`: by what, all of it, so that pages of this web need not read. */
export const publishChat = (ctx: Bus, chatId: string, events?: readonly ChatEvent[]): void =>
  ctx.bus.publish({ type: "chat", orgId: ctx.orgId, chatId, ...(events ? { events } : {}) });
