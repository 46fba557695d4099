"use client";
import { ShieldCheckIcon, ShieldAlertIcon } from "lucide-react";
import { StateDot } from "@/components/org/state-dot";
import { exactTime } from "@/lib/client/format";
import { bootWords, readRoomState } from "@/lib/client/room-state";
import type { TransitionReason, WorkroomView } from "@/lib/protocol/views";

const sleepReasons: Partial<Record<TransitionReason, string>> = {
  user: "Sleeping: put to sleep",
  idle: "Sleeping: nothing happened for a while",
  disk: "Sleeping: the disk is nearly full",
  crash: "Sleeping: the sandbox stopped",
  recovery: "Sleeping since the last restart",
};

/** The state with its reason. A running room says how it booted and how its walls stand, and shows the list. */
export function StateChip({
  workroom,
  onOpenWalls,
}: {
  workroom: WorkroomView;
  onOpenWalls: () => void;
}) {
  const { tone, label } = readRoomState(workroom);
  const words =
    tone === "asleep"
      ? (sleepReasons[workroom.reason] ?? label)
      : workroom.state === "active"
        ? (bootWords(workroom) ?? label)
        : label;
  const hasOpenWall = (workroom.walls?.open ?? 0) > 0;
  const ShieldIcon = hasOpenWall ? ShieldAlertIcon : ShieldCheckIcon;
  return (
    <button
      type="button"
      onClick={onOpenWalls}
      aria-label={`${words}. Show the walls of this workroom`}
      title={workroom.walls ? `Checked ${exactTime(workroom.walls.checkedAt)}` : undefined}
      className="flex h-7 max-w-full min-w-0 touch-target items-center gap-2 rounded-full border px-2.5 text-xs text-muted-foreground transition-colors hover:bg-hover hover:text-foreground"
    >
      <StateDot workroom={workroom} />
      <span className="truncate">{words}</span>
      {workroom.walls && tone !== "asleep" && (
        <ShieldIcon
          aria-hidden
          className={
            hasOpenWall ? "size-3.5 shrink-0 text-warning" : "size-3.5 shrink-0 text-success"
          }
        />
      )}
    </button>
  );
}
