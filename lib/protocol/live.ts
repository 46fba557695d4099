import { z } from "zod";
import { ChatEvent } from "./events";
import { WorkroomView } from "./views";

/** Somebody who looks at a room now. */
export const PresentPerson = z.object({ id: z.string(), name: z.string() });
export type PresentPerson = z.infer<typeof PresentPerson>;

/**
 * Live socket of the page, one a tab: `/ws/live` on the dashboard's origin. The first client message is `hello` with a
 * one-use ticket (POST /api/v1/tickets {purpose:"live"}); the Origin header is checked before the upgrade.
 */
export const LiveClientMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), ticket: z.string().max(200) }),
  /** Chat events after `after`, then live; asked again after a reconnect with the last seq the page has. */
  z.object({
    type: z.literal("subscribe_chat"),
    chatId: z.string().max(100),
    after: z.number().int().nonnegative(),
  }),
  z.object({ type: z.literal("unsubscribe_chat"), chatId: z.string().max(100) }),
  /** The room that the page shows now; null: none, or nobody looks at the page. */
  z.object({ type: z.literal("view_room"), workroomId: z.string().max(100).nullable() }),
  z.object({ type: z.literal("pong") }),
]);
export type LiveClientMessage = z.infer<typeof LiveClientMessage>;

export const LiveServerMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("chat_events"), chatId: z.string(), events: z.array(ChatEvent) }),
  /** A workroom of this organisation the viewer may see has changed. */
  z.object({ type: z.literal("workroom"), workroom: WorkroomView }),
  z.object({ type: z.literal("workroom_removed"), workroomId: z.string() }),
  /** Everybody who looks at the room of the last `view_room`, the viewer too. */
  z.object({
    type: z.literal("presence"),
    workroomId: z.string(),
    people: z.array(PresentPerson),
  }),
  z.object({ type: z.literal("ping") }),
  z.object({ type: z.literal("error"), code: z.string(), message: z.string() }),
]);
export type LiveServerMessage = z.infer<typeof LiveServerMessage>;

/**
 * Terminal socket: `/ws/terminal?workroomId=&terminalId=&cols=&rows=`. First client message: text `{"ticket"}` as in
 * `hello` (purpose "terminal"). Then binary frames are bytes of the terminal, text frames are TerminalControl.
 */
export const SocketHello = z.object({ ticket: z.string().max(200) });
