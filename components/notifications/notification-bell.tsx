"use client";
import { useQuery } from "@tanstack/react-query";
import { BellIcon } from "lucide-react";
import { Button } from "@/components/ui/button";
import { lazyMenu } from "@/components/ui/lazy-menu";
import { notificationsQuery } from "@/lib/client/queries/notifications";
import type { NotificationMenuProps } from "./notification-menu-content";
import { useNews } from "./use-news";

const Menu = lazyMenu<NotificationMenuProps>(
  async () => (await import("./notification-menu-content")).NotificationMenuContent,
);
const MOST_SHOWN = 99;

/** How much is new, and what: opens the last notifications. */
export function NotificationBell({ orgSlug }: { orgSlug: string }) {
  const { data } = useQuery(notificationsQuery());
  const unread = data?.unreadCount ?? 0;
  useNews(orgSlug, data?.notifications);
  const label = unread === 0 ? "Notifications" : `Notifications, ${unread} unread`;
  return (
    <Menu
      orgSlug={orgSlug}
      renderTrigger={(triggers) => (
        <Button
          variant="ghost"
          size="icon"
          aria-label={label}
          title={label}
          className="relative size-11 shrink-0"
          {...triggers}
        >
          <BellIcon aria-hidden />
          {unread > 0 && (
            <span
              aria-hidden
              className="absolute top-1.5 right-1 flex h-4 min-w-4 items-center justify-center rounded-full bg-primary px-1 text-[10px] leading-none font-semibold text-primary-foreground tabular-nums"
            >
              {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
            </span>
          )}
        </Button>
      )}
    />
  );
}
