import type { WorkroomView } from "@/lib/protocol/views";

export const groupNames = ["Pinned", "Needs you", "Working", "Idle", "Sleeping"] as const;
export type GroupName = (typeof groupNames)[number];

/** News that only a person can do something about, in a room of theirs; a colleague's open room is the colleague's. */
function needsPerson(workroom: WorkroomView, viewerId: string): boolean {
  if (workroom.openness === "open" && workroom.createdBy.id !== viewerId) return false;
  // A failed turn that was looked at is no news any more; a question stays one until it is answered.
  return (
    workroom.state === "failed" ||
    workroom.attention === "needs_you" ||
    (workroom.attention === "failed" && workroom.isUnread)
  );
}

/** Where a workroom stands in the sidebar: by what a person can or should do about it. */
export function groupOf(workroom: WorkroomView, viewerId: string): GroupName {
  if (workroom.isPinned) return "Pinned";
  if (needsPerson(workroom, viewerId)) return "Needs you";
  if (workroom.isWorking || workroom.state === "booting") return "Working";
  return workroom.state === "active" ? "Idle" : "Sleeping";
}

export type SidebarRow =
  | { kind: "group"; name: GroupName; count: number; hasMore: boolean }
  | { kind: "workroom"; workroom: WorkroomView };

/** The rows of the sidebar, groups in their fixed order, empty ones left out. */
export function listSidebarRows(
  workrooms: readonly WorkroomView[],
  { viewerId, hasMore }: { viewerId: string; hasMore: boolean },
): SidebarRow[] {
  const groups = new Map<GroupName, WorkroomView[]>(groupNames.map((name) => [name, []]));
  for (const workroom of workrooms) groups.get(groupOf(workroom, viewerId))?.push(workroom);
  return [...groups].flatMap(([name, members]): SidebarRow[] =>
    members.length === 0
      ? []
      : [
          // Only what rests goes on below what was read; the groups on top are always whole.
          { kind: "group", name, count: members.length, hasMore: hasMore && isLong(name) },
          ...members.map((workroom): SidebarRow => ({ kind: "workroom", workroom })),
        ],
  );
}

const isLong = (name: GroupName) => name === "Idle" || name === "Sleeping";
