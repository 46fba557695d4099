"use client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { GlobeIcon } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { roomPagesQuery } from "@/lib/client/queries/workrooms";
import { mergeRooms } from "@/lib/client/queries/room-lists";
import { readRoomState } from "@/lib/client/room-state";
import type { WorkroomView } from "@/lib/protocol/views";
import { StateDot } from "./state-dot";

const MOST = 6;

function RecentRoom({ orgSlug, workroom }: { orgSlug: string; workroom: WorkroomView }) {
  return (
    <Link
      href={`/${orgSlug}/workrooms/${workroom.id}`}
      prefetch={false}
      className="flex h-12 items-center gap-3 px-3 text-sm transition-colors hover:bg-hover focus-visible:-outline-offset-2"
    >
      <StateDot workroom={workroom} />
      <span className="min-w-0 flex-1 truncate">{workroom.title}</span>
      {workroom.app && (
        <Badge variant="outline">
          <GlobeIcon aria-hidden /> Version {workroom.app.liveVersion}
        </Badge>
      )}
      <span className="hidden text-muted-foreground sm:block">{readRoomState(workroom).label}</span>
      <RelativeTime
        at={workroom.lastActiveAt}
        className="w-20 shrink-0 text-right text-muted-foreground tabular-nums"
      />
    </Link>
  );
}

export function RecentRooms({ orgSlug }: { orgSlug: string }) {
  const rooms = useInfiniteQuery(roomPagesQuery(["mine"]));
  const recent = mergeRooms(rooms.data?.pages[0]?.workrooms ?? []).slice(0, MOST);
  if (rooms.isError && !rooms.data)
    return (
      <ErrorState
        title="Can't load your workrooms"
        message={errorText(rooms.error)}
        onRetry={() => void rooms.refetch()}
      />
    );
  if (rooms.isPending) return <Skeleton className="h-36" />;
  if (recent.length === 0) return null;
  return (
    <section aria-labelledby="recent-rooms" className="flex flex-col gap-2">
      <h2 id="recent-rooms" className="text-sm font-medium text-muted-foreground">
        Recent
      </h2>
      <ul className="divide-y overflow-hidden rounded-lg border bg-card">
        {recent.map((workroom) => (
          <li key={workroom.id}>
            <RecentRoom orgSlug={orgSlug} workroom={workroom} />
          </li>
        ))}
      </ul>
    </section>
  );
}
