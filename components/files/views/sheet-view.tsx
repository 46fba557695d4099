"use client";
import { useState } from "react";
import { cn } from "@/lib/client/cn";
import { countOf, formatCount } from "@/lib/client/format";
import { CellGrid } from "./cell-grid";
import { BytesView } from "./bytes-view";
import { checkArchive } from "./check-archive";

const MAX_BYTES = 30_000_000;

type Sheet = { name: string; rows: string[][] };

async function readWorkbook(bytes: Uint8Array<ArrayBuffer>): Promise<Sheet[]> {
  checkArchive(bytes);
  const { default: readSheets } = await import("read-excel-file/browser");
  const sheets = await readSheets(bytes.buffer);
  return sheets.map(({ sheet, data }) => ({
    name: sheet,
    rows: data.map((row) => row.map(cellText)),
  }));
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) {
    const text = cell.toISOString();
    return text.endsWith("T00:00:00.000Z")
      ? text.slice(0, 10)
      : text.slice(0, 16).replace("T", " ");
  }
  return String(cell);
}

/** The sheets of an Excel workbook: values, not formulas. */
export default function SheetView({ path }: { path: string }) {
  return (
    <BytesView path={path} what="workbook" maxBytes={MAX_BYTES} read={readWorkbook}>
      {(sheets, id) => <Sheets key={id} sheets={sheets} />}
    </BytesView>
  );
}

function Sheets({ sheets }: { sheets: readonly Sheet[] }) {
  const [chosen, setChosen] = useState(0);
  const sheet = sheets[chosen];
  if (!sheet) return <p className="p-4 text-sm text-muted-foreground">This workbook is empty.</p>;
  const width = Math.max(0, ...sheet.rows.map((row) => row.length));
  return (
    <div className="flex size-full flex-col">
      <p className="shrink-0 border-b px-3 py-2 text-sm">
        {countOf(sheet.rows.length, "row")}, {formatCount(width)}{" "}
        {width === 1 ? "column" : "columns"}
      </p>
      <CellGrid key={chosen} label={sheet.name} rows={sheet.rows} columnCount={width} />
      {sheets.length > 1 && (
        <nav aria-label="Sheets" className="flex shrink-0 gap-1 overflow-x-auto border-t p-1">
          {sheets.map(({ name }, index) => (
            <button
              // Two sheets can't have one name, but a damaged file may say so.
              key={`${index}-${name}`}
              type="button"
              aria-current={index === chosen}
              onClick={() => setChosen(index)}
              className={cn(
                "shrink-0 rounded-md px-2.5 py-1 text-sm text-muted-foreground hover:bg-accent",
                index === chosen && "bg-accent font-medium text-foreground",
              )}
            >
              {name}
            </button>
          ))}
        </nav>
      )}
    </div>
  );
}
