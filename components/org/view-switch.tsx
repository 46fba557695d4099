"use client";
import { cn } from "@/lib/client/cn";
import { type WorkroomListView, workroomListViews } from "@/lib/protocol/view-names";

const words: Record<WorkroomListView, { label: string; title: string }> = {
  mine: { label: "Mine", title: "Workrooms you have made" },
  shared: { label: "Shared", title: "Workrooms that others share with you" },
  team: { label: "Team", title: "Open workrooms that others have made" },
};

type ViewSwitchProps = {
  views: readonly WorkroomListView[];
  onToggle: (view: WorkroomListView) => void;
};

/** Which lists are shown, each on or off by itself. */
export function ViewSwitch({ views, onToggle }: ViewSwitchProps) {
  return (
    <fieldset className="flex gap-0.5 rounded-md bg-muted p-0.5">
      <legend className="sr-only">Which workrooms to list</legend>
      {workroomListViews.map((view) => (
        <button
          key={view}
          type="button"
          title={words[view].title}
          aria-pressed={views.includes(view)}
          onClick={() => onToggle(view)}
          className={cn(
            "h-7 touch-target flex-1 rounded-[5px] px-2 text-xs font-medium text-muted-foreground transition-colors pointer-coarse:h-10",
            views.includes(view) && "bg-background text-foreground shadow-xs",
          )}
        >
          {words[view].label}
        </button>
      ))}
    </fieldset>
  );
}
