"use client";
import { useParams, useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import { showToast } from "@/lib/client/toast";
import type { NotificationView } from "@/lib/protocol/notifications";

/** Shows what is new as a toast, unless it is about the room that is open: there, the eye sees it anyway. */
export function useNews(orgSlug: string, notifications: NotificationView[] | undefined): void {
  const { workroomId } = useParams<{ workroomId?: string }>();
  const router = useRouter();
  const seen = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!notifications) return;
    const known = seen.current;
    seen.current = new Set(notifications.map(({ id }) => id));
    if (known === null) return; // What was there when the page opened is no news.
    for (const { id, kind, isRead, workroom, body } of notifications) {
      if (known.has(id) || isRead || workroom.id === workroomId) continue;
      showToast(workroom.title, {
        id, // The drawer's bell says the same.
        tone: kind === "failed" ? "error" : "message",
        description: body,
        action: {
          label: "Open",
          onClick: () => router.push(`/${orgSlug}/workrooms/${workroom.id}`),
        },
      });
    }
  }, [notifications, orgSlug, router, workroomId]);
}
