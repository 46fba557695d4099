"use client";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { SearchIcon } from "lucide-react";
import { useParams } from "next/navigation";
import { useDeferredValue, useMemo, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import { mergeRooms } from "@/lib/client/queries/room-lists";
import { frontRoomsQuery, roomPagesQuery } from "@/lib/client/queries/workrooms";
import { useSettled } from "@/lib/client/use-settled";
import type { ViewerView } from "@/lib/protocol/views";
import type { WorkroomListView } from "@/lib/protocol/view-names";
import { SidebarList } from "./sidebar-list";
import { useListViews } from "./use-list-views";
import { ViewSwitch } from "./view-switch";
import { listSidebarRows } from "./workroom-groups";

const SEARCH_AFTER_MS = 150;

/** What the lists hold: the whole of what is on top, and as many pages of the rest as were scrolled to. */
function useRooms(views: readonly WorkroomListView[], q: string) {
  const pages = useInfiniteQuery({
    ...roomPagesQuery(views, q),
    placeholderData: keepPreviousData,
  });
  const front = useQuery({ ...frontRoomsQuery(views), enabled: q === "" });
  const frontRooms = q === "" ? front.data : undefined;
  const rooms = useMemo(
    () => mergeRooms(frontRooms ?? [], pages.data?.pages.flatMap((page) => page.workrooms) ?? []),
    [frontRooms, pages.data],
  );
  return { rooms, pages };
}

/** The workrooms of the sidebar: search, views, groups. */
export function SidebarRooms({ viewer }: { viewer: ViewerView }) {
  const { workroomId } = useParams<{ workroomId?: string }>();
  const { views, toggle } = useListViews(viewer.user.id, viewer.isTeam);
  const [filter, setFilter] = useState("");
  const q = useSettled(filter.trim(), SEARCH_AFTER_MS);
  const { rooms, pages } = useRooms(views, q);
  const viewerId = viewer.user.id;
  const hasMore = pages.hasNextPage;
  const rows = useDeferredValue(
    useMemo(() => listSidebarRows(rooms, { viewerId, hasMore }), [rooms, viewerId, hasMore]),
  );
  return (
    <>
      <div className="flex flex-col gap-1.5 px-3 pb-1">
        <div className="relative min-w-0">
          <SearchIcon
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-muted-foreground"
          />
          <Input
            type="search"
            aria-label="Filter workrooms"
            placeholder="Filter"
            value={filter}
            maxLength={200}
            onChange={(event) => setFilter(event.target.value)}
            className="h-11 border-transparent bg-muted pl-8 md:h-8"
          />
        </div>
        {viewer.isTeam && <ViewSwitch views={views} onToggle={toggle} />}
      </div>
      {pages.isPending ? (
        <SidebarSkeleton />
      ) : pages.isError && !pages.data ? (
        <ErrorState
          title="Can't load your workrooms"
          message={errorText(pages.error)}
          onRetry={() => void pages.refetch()}
        />
      ) : rows.length === 0 ? (
        <EmptyState title={q ? "No workroom matches" : "No workrooms yet"} className="h-auto">
          {q ? "Try another word." : emptyWords(views)}
        </EmptyState>
      ) : (
        <SidebarList
          orgSlug={viewer.org.slug}
          viewerId={viewerId}
          rows={rows}
          currentWorkroomId={workroomId}
          onEnd={
            hasMore && !pages.isFetchingNextPage ? () => void pages.fetchNextPage() : undefined
          }
        />
      )}
    </>
  );
}

function emptyWords(views: readonly WorkroomListView[]): string {
  if (views.includes("mine")) return "Say what you want on the right: that makes the first one.";
  if (views.length === 1 && views[0] === "shared")
    return "Nobody shares a workroom with you so far.";
  return "Nobody has made an open workroom so far.";
}

function SidebarSkeleton() {
  return (
    <div className="flex flex-col gap-2 px-4 pt-4" aria-busy="true">
      {["w-3/4", "w-1/2", "w-2/3", "w-5/6", "w-3/5"].map((width) => (
        <Skeleton key={width} className={cn("h-7", width)} />
      ))}
    </div>
  );
}
