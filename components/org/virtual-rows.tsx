"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useState } from "react";
import { useEndInSight } from "./use-end-in-sight";
import type { SidebarRow } from "./workroom-groups";
import { GROUP_HEIGHT, keyOfRow, SidebarItem, type SidebarListProps } from "./sidebar-item";

const rowHeight = () => (window.matchMedia("(pointer: coarse)").matches ? 44 : 36);

/** Draws the rows that can be seen, however many there are. */
export function VirtualRows({
  rows,
  onEnd,
  ...rest
}: SidebarListProps & { rows: readonly SidebarRow[] }) {
  const endRef = useEndInSight(onEnd);
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const [height, setHeight] = useState(36);
  useEffect(() => setHeight(rowHeight()), []);
  // oxlint-disable-next-line react/incompatible-library -- Nothing here is memoised from what it returns.
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller,
    estimateSize: (index) => (rows[index]?.kind === "group" ? GROUP_HEIGHT : height),
    getItemKey: (index) => keyOfRow(rows[index]) ?? index,
    overscan: 10,
  });
  return (
    <div ref={setScroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ key, index, start, size }) => {
          const row = rows[index];
          if (!row) return null;
          return (
            <li
              key={key}
              className="absolute inset-x-0 top-0 py-px"
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              <SidebarItem row={row} {...rest} />
            </li>
          );
        })}
      </ul>
      <div ref={endRef} className="h-px" />
    </div>
  );
}
