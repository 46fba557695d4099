import type { Metadata } from "next";
import { NotificationSettings } from "@/components/settings/notifications/notification-settings";
import { openPage } from "@/lib/server/page-context";

export const metadata: Metadata = { title: "Notifications" };

type NotificationsPageProps = { params: Promise<{ orgSlug: string }> };

export default async function NotificationsPage({ params }: NotificationsPageProps) {
  const { orgSlug } = await params;
  await openPage(orgSlug, `/${orgSlug}/settings/notifications`);
  return <NotificationSettings />;
}
