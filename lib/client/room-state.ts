import { formatDuration } from "@/lib/client/format";
import type { WorkroomView } from "@/lib/protocol/views";

export type RoomTone = "busy" | "ready" | "asleep" | "bad";

/** What a reading needs; computers have no turns. */
export type RoomStateFields = Pick<WorkroomView, "state" | "desiredState" | "transition"> &
  Partial<Pick<WorkroomView, "isWorking">>;

/** The one reading of a workroom's state: dot, chip and title of the tab all take it from here. */
export function readRoomState(workroom: RoomStateFields): { tone: RoomTone; label: string } {
  switch (workroom.state) {
    case "failed":
      return { tone: "bad", label: "Failed" };
    case "booting":
      return { tone: "busy", label: workroom.transition ?? "Booting…" };
    case "sleeping":
    case "archived":
      return workroom.desiredState === "active"
        ? { tone: "busy", label: workroom.transition ?? "Waking…" }
        : { tone: "asleep", label: "Sleeping" };
    case "active":
      if (workroom.transition) return { tone: "busy", label: workroom.transition };
      if (workroom.isWorking) return { tone: "busy", label: "Working" };
      return { tone: "ready", label: "Ready" };
  }
}

/** "14 walls checked": every wall that was tried, whatever came of it. */
export const wallWords = ({ held, open }: NonNullable<WorkroomView["walls"]>) =>
  `${held + open} walls checked`;

/** "Booted in 84 ms, 14 walls checked", as far as it is known. */
export function bootWords(workroom: WorkroomView): string | null {
  const { bootMs, walls } = workroom;
  const parts: string[] = [];
  if (bootMs !== null) parts.push(`Booted in ${formatDuration(bootMs)}`);
  if (walls) parts.push(wallWords(walls));
  return parts.length > 0 ? parts.join(", ") : null;
}
