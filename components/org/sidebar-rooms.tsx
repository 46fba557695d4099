"use client";
import { useQuery } from "@tanstack/react-query";
import { SearchIcon } from "lucide-react";
import { useParams } from "next/navigation";
import { useMemo, useState } from "react";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Input } from "@/components/ui/input";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import { type WorkroomListView, workroomsQuery } from "@/lib/client/queries/workrooms";
import { SidebarList } from "./sidebar-list";
import { listSidebarRows } from "./workroom-groups";

const views: readonly { view: WorkroomListView; label: string }[] = [
  { view: "mine", label: "Mine" },
  { view: "all", label: "All" },
];

function ViewSwitch(props: { view: WorkroomListView; onChange: (view: WorkroomListView) => void }) {
  return (
    <fieldset className="flex rounded-md bg-muted p-0.5">
      <legend className="sr-only">Which workrooms to list</legend>
      {views.map(({ view, label }) => (
        <button
          key={view}
          type="button"
          aria-pressed={props.view === view}
          onClick={() => props.onChange(view)}
          className={cn(
            "h-7 touch-target rounded-[5px] px-2.5 text-xs font-medium text-muted-foreground transition-colors",
            props.view === view && "bg-background text-foreground shadow-xs",
          )}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

/** The workrooms of the sidebar: filter, view, groups. */
export function SidebarRooms({ orgSlug }: { orgSlug: string }) {
  const { workroomId } = useParams<{ workroomId?: string }>();
  const [view, setView] = useState<WorkroomListView>("mine");
  const [filter, setFilter] = useState("");
  const rooms = useQuery(workroomsQuery(view));
  const rows = useMemo(() => listSidebarRows(rooms.data ?? [], filter), [rooms.data, filter]);
  return (
    <>
      <div className="flex items-center gap-2 px-3 pb-1">
        <div className="relative min-w-0 flex-1">
          <SearchIcon
            aria-hidden
            className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-muted-foreground"
          />
          <Input
            type="search"
            aria-label="Filter workrooms"
            placeholder="Filter"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
            className="h-11 border-transparent bg-muted pl-8 md:h-8"
          />
        </div>
        <ViewSwitch view={view} onChange={setView} />
      </div>
      {rooms.isPending ? (
        <SidebarSkeleton />
      ) : rooms.isError && !rooms.data ? (
        <ErrorState
          title="Can't load your workrooms"
          message={errorText(rooms.error)}
          onRetry={() => void rooms.refetch()}
        />
      ) : rows.length === 0 ? (
        <EmptyState title={filter ? "No workroom matches" : "No workrooms yet"} className="h-auto">
          {filter
            ? "Try another word."
            : "Say what you want on the right: that makes the first one."}
        </EmptyState>
      ) : (
        <SidebarList orgSlug={orgSlug} rows={rows} currentWorkroomId={workroomId} />
      )}
    </>
  );
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
