import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { ChatEvent } from "@/lib/protocol/events";
import type { ChatView, MessageView, TurnView } from "@/lib/protocol/views";

export const chatKeys = {
  list: (workroomId: string) => ["workroom", workroomId, "chats"] as const,
};

export const chatsQuery = (workroomId: string) =>
  queryOptions({
    queryKey: chatKeys.list(workroomId),
    queryFn: async ({ signal }) =>
      (await api<{ chats: ChatView[] }>(`/workrooms/${workroomId}/chats`, { signal })).chats,
  });

/** Opens another chat in a workroom. It shares the files, not the conversation. */
export const createChat = (workroomId: string) =>
  api<ChatView>(`/workrooms/${workroomId}/chats`, { method: "POST", body: {} });

/** The whole body of an event that is cut in the log. */
export const eventBodyQuery = (chatId: string, seq: number) =>
  queryOptions({
    queryKey: ["chat", chatId, "event", seq],
    queryFn: async ({ signal }) =>
      (await api<{ data: unknown }>(`/chats/${chatId}/events/${seq}/body`, { signal })).data,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });

export type EventPage = { events: ChatEvent[]; lastSeq: number };

/** Events after `after`, oldest first; live updates come by the socket (lib/client/live.ts). */
export const fetchEvents = (chatId: string, after: number, limit: number, signal?: AbortSignal) =>
  api<EventPage>(`/chats/${chatId}/events`, { query: { after, limit }, ...(signal && { signal }) });

type NewMessage = { text: string; attachments: string[]; idempotencyKey: string };

/** Sends a message, or queues it while a turn runs. The key makes it safe to send again after a lost answer. */
export const sendMessage = (chatId: string, body: NewMessage) =>
  api<MessageView>(`/chats/${chatId}/messages`, { method: "POST", body });

export const editMessage = (chatId: string, messageId: string, text: string) =>
  api<MessageView>(`/chats/${chatId}/messages/${messageId}`, { method: "PATCH", body: { text } });

export const removeMessage = (chatId: string, messageId: string) =>
  api<MessageView>(`/chats/${chatId}/messages/${messageId}`, { method: "DELETE" });

export const stopTurn = (chatId: string) =>
  api<unknown>(`/chats/${chatId}/stop`, { method: "POST" });

export type UndoneTurn = { reverted: string[]; kept: string[]; turn: TurnView };

/** Puts the files of a turn back; what was changed since is kept and named. */
export const undoTurn = (turnId: string) =>
  api<UndoneTurn>(`/turns/${turnId}/undo`, { method: "POST", timeoutMs: 120_000 });
