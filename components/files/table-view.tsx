"use client";
import { useQuery } from "@tanstack/react-query";
import { SheetIcon } from "lucide-react";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Skeleton } from "@/components/ui/skeleton";
import { errorText } from "@/lib/client/api";
import { cn } from "@/lib/client/cn";
import { countOf, formatCount } from "@/lib/client/format";
import { fileKeys, profileQuery } from "@/lib/client/queries/files";
import type { TableProfile } from "@/lib/protocol/files";
import { useFiles } from "./files-context";
import { fetchFirstRows, type FirstRows } from "./first-rows";

/** A table file: what it holds, and its first rows. */
export function TableView({ path }: { path: string }) {
  const { workspaceId } = useFiles();
  const profile = useQuery({ ...profileQuery(workspaceId, path), retry: false });
  const start = useQuery({
    queryKey: [...fileKeys.file(workspaceId, path), "first-rows"] as const,
    queryFn: ({ signal }) => fetchFirstRows(workspaceId, path, signal),
    retry: false,
  });
  if (start.isPending) return <Skeleton className="m-4 h-48" />;
  if (start.isError) {
    return (
      <ErrorState
        title="Can’t read this table"
        message={errorText(start.error)}
        onRetry={() => void start.refetch()}
        className="h-full"
      />
    );
  }
  if (start.data.header.length === 0) {
    return (
      <EmptyState icon={<SheetIcon aria-hidden />} title="This table is empty">
        The file has no rows and no header.
      </EmptyState>
    );
  }
  return (
    <div className="flex size-full flex-col">
      <TableSummary profile={profile.data} shownRows={start.data.rows.length} />
      <RowsTable start={start.data} profile={profile.data} />
    </div>
  );
}

type TableSummaryProps = { profile: TableProfile | undefined; shownRows: number };

function TableSummary({ profile, shownRows }: TableSummaryProps) {
  if (!profile) {
    return <p className="shrink-0 border-b px-3 py-2 text-sm">First {countOf(shownRows, "row")}</p>;
  }
  const rows = `${profile.isComplete ? "" : "More than "}${countOf(profile.rowCount, "row")}`;
  return (
    <div className="shrink-0 border-b px-3 py-2 text-sm">
      <p>
        {rows}, {countOf(profile.columns.length, "column")}
        {shownRows < profile.rowCount && (
          <span className="text-muted-foreground">; the first {formatCount(shownRows)} below</span>
        )}
      </p>
      {profile.oddities.length > 0 && (
        <details className="mt-1 text-warning">
          <summary className="w-fit">
            {countOf(profile.oddities.length, "oddity", "oddities")}
          </summary>
          <ul className="mt-1 max-h-32 list-disc overflow-y-auto pl-5">
            {profile.oddities.map((oddity) => (
              <li key={oddity}>{oddity}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

type Column = { name: string; about: TableProfile["columns"][number] | undefined };

function RowsTable({ start, profile }: { start: FirstRows; profile: TableProfile | undefined }) {
  const columns = start.header.map((name, index) => ({ name, about: profile?.columns[index] }));
  return (
    <section
      aria-label="First rows"
      className="min-h-0 flex-1 overflow-auto"
      // What scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
    >
      <table className="border-separate border-spacing-0 text-[0.8125rem]">
        <thead>
          <tr>
            <th
              scope="col"
              className="sticky top-0 left-0 z-20 border-r border-b bg-muted px-2 text-right font-normal text-muted-foreground"
            >
              <span className="sr-only">Row</span>
            </th>
            {columns.map((column, index) => (
              <ColumnHead key={`${index}-${column.name}`} column={column} />
            ))}
          </tr>
        </thead>
        <tbody>
          {start.rows.map((cells, index) => (
            // Rows of a file have no identity but their place.
            // oxlint-disable-next-line react/no-array-index-key
            <Row key={index} number={index + 1} cells={cells} columns={columns} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

const isNumber = (column: Column) => column.about?.type === "number";

function ColumnHead({ column }: { column: Column }) {
  return (
    <th
      scope="col"
      className={cn(
        "sticky top-0 z-10 border-r border-b bg-muted px-2 py-1 align-top font-medium whitespace-nowrap",
        isNumber(column) ? "text-right" : "text-left",
      )}
    >
      {column.name || "(no name)"}
      {column.about && (
        <span className="block text-xs font-normal text-muted-foreground">
          {columnWords(column.about)}
        </span>
      )}
    </th>
  );
}

type RowProps = { number: number; cells: readonly string[]; columns: readonly Column[] };

function Row({ number, cells, columns }: RowProps) {
  return (
    <tr>
      <th
        scope="row"
        className="sticky left-0 z-10 border-r border-b bg-muted px-2 text-right font-normal text-muted-foreground tabular-nums"
      >
        {number}
      </th>
      {columns.map((column, index) => (
        <td
          key={`${index}-${column.name}`}
          className={cn(
            "max-w-80 truncate border-r border-b px-2 py-0.5",
            isNumber(column) && "text-right tabular-nums",
          )}
        >
          {cells[index] ?? ""}
        </td>
      ))}
    </tr>
  );
}

function columnWords(column: TableProfile["columns"][number]): string {
  const range =
    column.min !== null && column.max !== null ? `, ${column.min} to ${column.max}` : "";
  const empty = column.emptyCount > 0 ? `, ${formatCount(column.emptyCount)} empty` : "";
  return `${column.type}${range}${empty}`;
}
