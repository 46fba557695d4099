import { StateDot } from "@/components/org/state-dot";
import { bootWords, readRoomState } from "@/lib/client/room-state";
import type { WorkroomView } from "@/lib/protocol/views";

/** How far the room is that boots in the background. */
export function BootChip({ workroom }: { workroom: WorkroomView }) {
  const { label } = readRoomState(workroom);
  return (
    <output className="flex items-center gap-2 px-1 text-[0.8125rem] text-muted-foreground">
      <StateDot workroom={workroom} />
      <span>{workroom.state === "active" ? (bootWords(workroom) ?? label) : label}</span>
      {workroom.failure && <span className="text-danger">{workroom.failure}</span>}
    </output>
  );
}
