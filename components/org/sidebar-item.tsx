import { SidebarRow } from "./sidebar-row";
import type { SidebarRow as Row } from "./workroom-groups";

export const GROUP_HEIGHT = 32;

export type SidebarListProps = {
  orgSlug: string;
  viewerId: string;
  currentWorkroomId: string | undefined;
  /** Asked when the end comes into sight; nothing: there is no more. */
  onEnd: (() => void) | undefined;
};

export const keyOfRow = (row: Row | undefined) =>
  row?.kind === "workroom" ? row.workroom.id : row?.name;

type SidebarItemProps = Omit<SidebarListProps, "onEnd"> & { row: Row };

/** The heading of a group, or one workroom, as tall as the list says. */
export function SidebarItem({ row, orgSlug, viewerId, currentWorkroomId }: SidebarItemProps) {
  if (row.kind === "group")
    return (
      <h2 className="flex h-full items-end gap-1.5 px-2.5 pb-1 text-xs font-medium text-muted-foreground">
        {row.name}{" "}
        <span className="font-normal tabular-nums">
          {row.count}
          {row.hasMore && "+"}
        </span>
      </h2>
    );
  const isCurrent = row.workroom.id === currentWorkroomId;
  return (
    <SidebarRow
      orgSlug={orgSlug}
      viewerId={viewerId}
      workroom={row.workroom}
      isCurrent={isCurrent}
    />
  );
}
