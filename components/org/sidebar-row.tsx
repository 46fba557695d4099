import { GlobeIcon } from "lucide-react";
import Link from "next/link";
import { RelativeTime } from "@/components/ui/relative-time";
import { cn } from "@/lib/client/cn";
import type { WorkroomView } from "@/lib/protocol/views";
import { StateDot } from "./state-dot";

type SidebarRowProps = { orgSlug: string; workroom: WorkroomView; isCurrent: boolean };

export function SidebarRow({ orgSlug, workroom, isCurrent }: SidebarRowProps) {
  return (
    <Link
      href={`/${orgSlug}/workrooms/${workroom.id}`}
      prefetch={false}
      aria-current={isCurrent ? "page" : undefined}
      className={cn(
        "flex h-full items-center gap-2.5 rounded-md px-2.5 text-sm transition-colors hover:bg-hover focus-visible:-outline-offset-2",
        isCurrent && "bg-hover font-medium",
      )}
    >
      <StateDot workroom={workroom} />
      <span className="min-w-0 flex-1 truncate" title={workroom.title}>
        {workroom.title}
      </span>
      {workroom.app && (
        <span title={`Published, version ${workroom.app.liveVersion} is live`} className="shrink-0">
          <GlobeIcon aria-hidden className="size-3.5 text-muted-foreground" />
          <span className="sr-only">Published</span>
        </span>
      )}
      <RelativeTime
        at={workroom.lastActiveAt}
        className="shrink-0 text-xs text-muted-foreground tabular-nums"
      />
    </Link>
  );
}
