"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CheckCircle2Icon, CircleAlertIcon, HandIcon, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { Button } from "@/components/ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import type { LazyMenuProps } from "@/components/ui/lazy-menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import {
  type NotificationPage,
  notificationsQuery,
  readNotifications,
} from "@/lib/client/queries/notifications";
import { showToast } from "@/lib/client/toast";
import type { NotificationView } from "@/lib/protocol/notifications";

export type NotificationMenuProps = { orgSlug: string };

const kinds: Record<NotificationView["kind"], { Icon: LucideIcon; tone: string; label: string }> = {
  needs_you: { Icon: HandIcon, tone: "text-warning!", label: "Needs you" },
  done: { Icon: CheckCircle2Icon, tone: "text-success!", label: "Done" },
  failed: { Icon: CircleAlertIcon, tone: "text-danger!", label: "Failed" },
};

function useReadAll() {
  const client = useQueryClient();
  const { queryKey } = notificationsQuery();
  return useMutation({
    mutationFn: readNotifications,
    onMutate: async () => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<NotificationPage>(queryKey);
      client.setQueryData<NotificationPage>(queryKey, (page) =>
        page
          ? {
              ...page,
              unreadCount: 0,
              notifications: page.notifications.map((one) => ({ ...one, isRead: true })),
            }
          : page,
      );
      return before;
    },
    onError: (error, _none, before) => {
      client.setQueryData(queryKey, before);
      showToast(errorText(error), { tone: "error" });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

function Row({ orgSlug, notification }: { orgSlug: string; notification: NotificationView }) {
  const { kind, workroom, body, createdAt, isRead } = notification;
  const { Icon, tone, label } = kinds[kind];
  return (
    <DropdownMenuItem asChild>
      <Link
        href={`/${orgSlug}/workrooms/${workroom.id}`}
        className="items-start gap-2.5 py-2 [&_svg]:mt-0.5"
      >
        <Icon aria-label={label} className={tone} />
        <span className="min-w-0 flex-1">
          <span className={cn("block truncate", !isRead && "font-medium")}>{workroom.title}</span>
          <span className="line-clamp-2 text-muted-foreground">{body}</span>
          <RelativeTime at={createdAt} className="text-xs text-muted-foreground" />
        </span>
        {!isRead && (
          <span className="mt-1.5 size-2 shrink-0 rounded-full bg-primary">
            <span className="sr-only">Unread</span>
          </span>
        )}
      </Link>
    </DropdownMenuItem>
  );
}

function List({ orgSlug }: { orgSlug: string }) {
  const news = useQuery(notificationsQuery());
  if (news.isError && !news.data)
    return (
      <ErrorState
        title="Can't load your notifications"
        message={errorText(news.error)}
        onRetry={() => void news.refetch()}
      />
    );
  if (!news.data) return <Skeleton className="m-2 h-24" />;
  const { notifications } = news.data;
  if (notifications.length === 0)
    return (
      <EmptyState title="Nothing new" className="h-auto py-8">
        When an employee is done, has failed or needs you while you are elsewhere, it is said here.
      </EmptyState>
    );
  return notifications.map((notification) => (
    <Row key={notification.id} orgSlug={orgSlug} notification={notification} />
  ));
}

export function NotificationMenuContent(props: LazyMenuProps<NotificationMenuProps>) {
  const { orgSlug } = props;
  const { data } = useQuery(notificationsQuery());
  const readAll = useReadAll();
  return (
    <DropdownMenu defaultOpen={props.defaultOpen}>
      <DropdownMenuTrigger asChild>{props.trigger}</DropdownMenuTrigger>
      <DropdownMenuContent side="top" align="end" className="w-80 max-w-[calc(100vw-1rem)] p-0">
        <div className="flex h-11 items-center justify-between border-b pr-1 pl-3">
          <p className="font-medium">Notifications</p>
          <DropdownMenuItem
            asChild
            disabled={!data || data.unreadCount === 0}
            onSelect={(event) => {
              event.preventDefault();
              readAll.mutate();
            }}
          >
            <Button variant="ghost" size="sm">
              Mark all as read
            </Button>
          </DropdownMenuItem>
        </div>
        <div className="max-h-96 overflow-y-auto p-1">
          <List orgSlug={orgSlug} />
        </div>
        <div className="border-t p-1">
          <DropdownMenuItem asChild>
            <Link href={`/${orgSlug}/settings/notifications`}>Notification settings</Link>
          </DropdownMenuItem>
        </div>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
