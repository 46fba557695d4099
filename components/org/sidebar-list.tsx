"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import type { SidebarRow as Row } from "./workroom-groups";
import { SidebarRow } from "./sidebar-row";

const GROUP_HEIGHT = 32;
const rowHeight = () =>
  typeof window !== "undefined" && window.matchMedia("(pointer: coarse)").matches ? 44 : 36;

type SidebarListProps = {
  orgSlug: string;
  rows: readonly Row[];
  currentWorkroomId: string | undefined;
};

/** Draws the rows that can be seen, however many there are. */
export function SidebarList({ orgSlug, rows, currentWorkroomId }: SidebarListProps) {
  const scrollerRef = useRef<HTMLDivElement>(null);
  const keyOf = (index: number) => {
    const row = rows[index];
    return row?.kind === "workroom" ? row.workroom.id : (row?.name ?? index);
  };
  // oxlint-disable-next-line react/incompatible-library -- Nothing here is memoised from what it returns.
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollerRef.current,
    estimateSize: (index) => (rows[index]?.kind === "group" ? GROUP_HEIGHT : rowHeight()),
    getItemKey: keyOf,
    overscan: 10,
    initialRect: { width: 256, height: 800 },
  });
  return (
    <div ref={scrollerRef} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
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
              {row.kind === "group" ? (
                <h2 className="flex h-full items-end gap-1.5 px-2.5 pb-1 text-xs font-medium text-muted-foreground">
                  {row.name} <span className="font-normal tabular-nums">{row.count}</span>
                </h2>
              ) : (
                <SidebarRow
                  orgSlug={orgSlug}
                  workroom={row.workroom}
                  isCurrent={row.workroom.id === currentWorkroomId}
                />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
