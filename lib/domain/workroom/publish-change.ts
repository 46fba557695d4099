import type { Context } from "../context";

type Bus = Pick<Context, "bus" | "orgId">;

/** Tells live pages to read the room again. Called after the transaction has committed. */
export const publishWorkroom = (ctx: Bus, workroomId: string): void =>
  ctx.bus.publish({ type: "workroom", orgId: ctx.orgId, workroomId });

/** Tells live pages that a chat's log has grown. */
export const publishChat = (ctx: Bus, chatId: string): void =>
  ctx.bus.publish({ type: "chat", orgId: ctx.orgId, chatId });
