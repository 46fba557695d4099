import { cn } from "@/lib/client/cn";
import { readRoomState, type RoomStateFields, type RoomTone } from "@/lib/client/room-state";

const toneClasses: Record<RoomTone, string> = {
  busy: "bg-primary animate-pulse",
  ready: "bg-success",
  asleep: "border border-muted-foreground",
  bad: "bg-danger",
};

type StateDotProps = { workroom: RoomStateFields; className?: string };

export function StateDot({ workroom, className }: StateDotProps) {
  const { tone, label } = readRoomState(workroom);
  return (
    <span title={label} className={cn("inline-flex shrink-0", className)}>
      <span aria-hidden className={cn("size-2 rounded-full", toneClasses[tone])} />
      <span className="sr-only">{label}</span>
    </span>
  );
}
