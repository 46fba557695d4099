import type { WorkroomView } from "@/lib/protocol/views";

export const groupNames = ["Needs you", "Working", "Idle", "Sleeping"] as const;
export type GroupName = (typeof groupNames)[number];

/** Where a workroom stands in the sidebar: by what a person can or should do about it. */
export function groupOf(workroom: WorkroomView): GroupName {
  if (workroom.state === "failed") return "Needs you";
  if (workroom.isWorking || workroom.state === "booting") return "Working";
  return workroom.state === "active" ? "Idle" : "Sleeping";
}

export type SidebarRow =
  | { kind: "group"; name: GroupName; count: number }
  | { kind: "workroom"; workroom: WorkroomView };

const normal = (text: string) => text.toLocaleLowerCase("en");

/** Every word of the filter has to occur in the title. */
export function matchesFilter(title: string, filter: string): boolean {
  const text = normal(title);
  return normal(filter)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The rows of the sidebar, groups in their fixed order, empty ones left out. */
export function listSidebarRows(workrooms: readonly WorkroomView[], filter: string): SidebarRow[] {
  const groups = new Map<GroupName, WorkroomView[]>(groupNames.map((name) => [name, []]));
  for (const workroom of workrooms) {
    if (matchesFilter(workroom.title, filter)) groups.get(groupOf(workroom))?.push(workroom);
  }
  return [...groups].flatMap(([name, members]): SidebarRow[] =>
    members.length === 0
      ? []
      : [
          { kind: "group", name, count: members.length },
          ...members.map((workroom): SidebarRow => ({ kind: "workroom", workroom })),
        ],
  );
}
