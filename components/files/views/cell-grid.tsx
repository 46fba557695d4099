"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";

const ROW_PX = 26;
const MAX_COLUMNS = 200;
const letters = (index: number): string =>
  (index >= 26 ? letters(Math.floor(index / 26) - 1) : "") + String.fromCharCode(65 + (index % 26));

type CellGridProps = { label: string; rows: readonly (readonly string[])[]; columnCount: number };

/** Cells in rows and columns, as many as there are: only those on the screen are in the page. */
export function CellGrid({ label, rows, columnCount }: CellGridProps) {
  const frameRef = useRef<HTMLDivElement>(null);
  // Its answers change with the scroll position and are read anew at each render, so nothing may be memoised.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frameRef.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const columns = Array.from({ length: Math.min(columnCount, MAX_COLUMNS) }, (_, index) => index);
  const shown = virtual.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const head = "border-r border-b bg-muted px-2 font-normal text-muted-foreground";
  return (
    <section
      ref={frameRef}
      aria-label={label}
      className="min-h-0 flex-1 overflow-auto"
      // What scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <table
        aria-rowcount={rows.length + 1}
        className="border-separate border-spacing-0 text-[0.8125rem]"
      >
        <thead>
          <tr>
            <th scope="col" className={`sticky top-0 left-0 z-20 ${head}`}>
              <span className="sr-only">Row</span>
            </th>
            {columns.map((index) => (
              <th key={index} scope="col" className={`sticky top-0 z-10 min-w-16 ${head}`}>
                {letters(index)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden style={{ height: before }} />}
          {shown.map(({ index }) => (
            <tr key={index} aria-rowindex={index + 2} style={{ height: ROW_PX }}>
              <th scope="row" className={`sticky left-0 z-10 text-right tabular-nums ${head}`}>
                {index + 1}
              </th>
              {columns.map((column) => (
                <td key={column} className="max-w-80 truncate border-r border-b px-2">
                  {rows[index]?.[column] ?? ""}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <tr aria-hidden style={{ height: after }} />}
        </tbody>
      </table>
    </section>
  );
}
