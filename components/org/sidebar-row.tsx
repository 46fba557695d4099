import { BellOffIcon, EllipsisIcon, GlobeIcon, PinIcon, UsersIcon } from "lucide-react";
import Link from "next/link";
import { Badge } from "@/components/ui/badge";
import { lazyMenu } from "@/components/ui/lazy-menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { cn } from "@/lib/client/cn";
import { listOf } from "@/lib/client/queries/room-lists";
import type { WorkroomView } from "@/lib/protocol/views";
import type { RowMenuProps } from "./row-menu-content";
import { StateDot } from "./state-dot";

const RowMenu = lazyMenu<RowMenuProps>(
  async () => (await import("./row-menu-content")).RowMenuContent,
);

type SidebarRowProps = {
  orgSlug: string;
  viewerId: string;
  workroom: WorkroomView;
  isCurrent: boolean;
};

/** Small facts about a room, each with its words: whose it is, published, pinned, muted, news. */
function RowMarks({ workroom, viewerId }: { workroom: WorkroomView; viewerId: string }) {
  const maker = `Made by ${workroom.createdBy.name}`;
  const list = listOf(workroom, viewerId);
  return (
    <>
      {list === "team" && (
        <Badge title={maker}>
          Team<span className="sr-only">. {maker}</span>
        </Badge>
      )}
      {list === "shared" && (
        <span title={`Shared with you. ${maker}`} className="shrink-0">
          <UsersIcon aria-hidden className="size-3.5 text-muted-foreground" />
          <span className="sr-only">Shared with you. {maker}</span>
        </span>
      )}
      {workroom.app && (
        <span title={`Published, version ${workroom.app.liveVersion} is live`} className="shrink-0">
          <GlobeIcon aria-hidden className="size-3.5 text-muted-foreground" />
          <span className="sr-only">Published</span>
        </span>
      )}
      {workroom.isMuted && (
        <span title="Muted" className="shrink-0">
          <BellOffIcon aria-hidden className="size-3.5 text-muted-foreground" />
          <span className="sr-only">Muted</span>
        </span>
      )}
      {workroom.isPinned && <PinIcon aria-hidden className="size-3.5 shrink-0 text-primary" />}
      {workroom.isUnread && (
        <span title="Something new happened here" className="shrink-0">
          <span aria-hidden className="block size-2 rounded-full bg-primary" />
          <span className="sr-only">Unread</span>
        </span>
      )}
    </>
  );
}

export function SidebarRow({ orgSlug, viewerId, workroom, isCurrent }: SidebarRowProps) {
  return (
    <div
      className={cn(
        "group/row relative flex h-full items-center rounded-md transition-colors hover:bg-hover",
        isCurrent && "bg-hover",
      )}
    >
      <Link
        href={`/${orgSlug}/workrooms/${workroom.id}`}
        prefetch={false}
        aria-current={isCurrent ? "page" : undefined}
        className={cn(
          "flex h-full min-w-0 flex-1 items-center gap-2 rounded-md px-2.5 text-sm focus-visible:-outline-offset-2 pointer-coarse:pr-0",
          (isCurrent || (workroom.isUnread && !workroom.isMuted)) && "font-medium",
        )}
      >
        <StateDot workroom={workroom} />
        <span className="min-w-0 flex-1 truncate" title={workroom.title}>
          {workroom.title}
        </span>
        <RowMarks workroom={workroom} viewerId={viewerId} />
        <RelativeTime
          at={workroom.lastActiveAt}
          className="shrink-0 text-xs font-normal text-muted-foreground tabular-nums group-focus-within/row:invisible group-hover/row:invisible pointer-coarse:visible!"
        />
      </Link>
      <RowMenu
        workroom={workroom}
        renderTrigger={(triggers) => (
          <button
            type="button"
            aria-label={`More for ${workroom.title}`}
            className="absolute right-1 flex size-7 shrink-0 items-center justify-center rounded-md bg-hover text-muted-foreground opacity-0 group-hover/row:opacity-100 hover:text-foreground focus-visible:opacity-100 data-[state=open]:opacity-100 pointer-coarse:static pointer-coarse:size-11 pointer-coarse:bg-transparent pointer-coarse:opacity-100"
            {...triggers}
          >
            <EllipsisIcon aria-hidden className="size-4" />
          </button>
        )}
      />
    </div>
  );
}
