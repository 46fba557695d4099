import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api";
import type { NotificationView } from "@/lib/protocol/notifications";
import type { WorkroomView } from "@/lib/protocol/views";

export type NotificationPage = {
  notifications: NotificationView[];
  unreadCount: number;
  nextCursor: string | null;
};

/** What happened lately in the rooms of the person. */
export const notificationsQuery = () =>
  queryOptions({
    queryKey: ["notifications"] as const,
    queryFn: ({ signal }) => api<NotificationPage>("/notifications", { signal }),
    staleTime: 30_000,
  });

export const readNotifications = () =>
  api<{ unreadCount: number }>("/notifications/read", { method: "POST", body: {} });

/** Looks for news when a room's view tells of some: something happened in it, or it was read. */
export function noteNews(client: QueryClient, before: WorkroomView | undefined, now: WorkroomView) {
  if (before?.isUnread === now.isUnread && before.attention === now.attention) return;
  if (before === undefined && !now.isUnread) return;
  void client.invalidateQueries({ queryKey: notificationsQuery().queryKey });
}
