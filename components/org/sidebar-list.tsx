"use client";
import dynamic from "next/dynamic";
import { useEndInSight } from "./use-end-in-sight";
import type { SidebarRow } from "./workroom-groups";
import { GROUP_HEIGHT, keyOfRow, SidebarItem, type SidebarListProps } from "./sidebar-item";

/** Up to here a plain list is as fast, and its code is there already. */
const MOST_PLAIN_ROWS = 100;

const VirtualRows = dynamic(async () => (await import("./virtual-rows")).VirtualRows, {
  ssr: false,
});

/** The rows of the sidebar; many of them are drawn only as far as they can be seen. */
export function SidebarList({ rows, ...rest }: SidebarListProps & { rows: readonly SidebarRow[] }) {
  if (rows.length > MOST_PLAIN_ROWS) return <VirtualRows rows={rows} {...rest} />;
  return <PlainRows rows={rows} {...rest} />;
}

function PlainRows({ rows, onEnd, ...rest }: SidebarListProps & { rows: readonly SidebarRow[] }) {
  const endRef = useEndInSight(onEnd);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
      <ul>
        {rows.map((row) => (
          <li
            key={keyOfRow(row)}
            className="h-9 py-px pointer-coarse:h-11"
            style={row.kind === "group" ? { height: GROUP_HEIGHT } : undefined}
          >
            <SidebarItem row={row} {...rest} />
          </li>
        ))}
      </ul>
      <div ref={endRef} className="h-px" />
    </div>
  );
}
