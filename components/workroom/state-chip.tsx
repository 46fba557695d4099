"use client";
import { ShieldCheckIcon, ShieldAlertIcon } from "lucide-react";
import { StateDot } from "@/components/org/state-dot";
import { exactTime } from "@/lib/client/format";
import { bootWords, readRoomState, wallWords } from "@/lib/client/room-state";
import type { TransitionReason, WorkroomView } from "@/lib/protocol/views";

const sleepReasons: Partial<Record<TransitionReason, string>> = {
  user: "Sleeping: put to sleep",
  idle: "Sleeping: nothing happened for a while",
  disk: "Sleeping: the disk is nearly full",
  crash: "Sleeping: the sandbox stopped",
  recovery: "Sleeping since the last restart",
};

/** What the chip says, and what it says where there is little room. */
function chipWords(workroom: WorkroomView): { long: string; short: string } {
  const { tone, label } = readRoomState(workroom);
  if (tone === "asleep") return { long: sleepReasons[workroom.reason] ?? label, short: label };
  if (workroom.state !== "active") return { long: label, short: label };
  return {
    long: bootWords(workroom) ?? label,
    short: workroom.walls ? wallWords(workroom.walls) : label,
  };
}

type StateChipProps = { workroom: WorkroomView; onOpenWalls: () => void };

/** The state with its reason. A running room says how it booted and how its walls stand, and shows the list. */
export function StateChip({ workroom, onOpenWalls }: StateChipProps) {
  const { long, short } = chipWords(workroom);
  const isAsleep = readRoomState(workroom).tone === "asleep";
  const hasOpenWall = (workroom.walls?.open ?? 0) > 0;
  const ShieldIcon = hasOpenWall ? ShieldAlertIcon : ShieldCheckIcon;
  return (
    <button
      type="button"
      onClick={onOpenWalls}
      aria-label={`${long}. Show the walls of this workroom`}
      title={workroom.walls ? `Checked ${exactTime(workroom.walls.checkedAt)}` : undefined}
      className="flex h-7 max-w-full min-w-0 touch-target items-center gap-2 rounded-full border px-2.5 text-xs text-muted-foreground transition-colors hover:bg-hover hover:text-foreground"
    >
      <StateDot workroom={workroom} />
      <span className="truncate max-md:hidden">{long}</span>
      <span className="truncate md:hidden">{short}</span>
      {workroom.walls && !isAsleep && (
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
