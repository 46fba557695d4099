"use client";
import { ChevronRightIcon, TableIcon, TriangleAlertIcon } from "lucide-react";
import { useId, useState } from "react";
import { cn } from "@/lib/client/cn";
import { countOf, formatCount } from "@/lib/client/format";
import type { TableProfile } from "@/lib/protocol/files";

type Column = TableProfile["columns"][number];
type ProfileCardProps = {
  profile: TableProfile;
  onPick: (suggestion: string) => void;
  /** One line that opens: the conversation has gone on since. */
  isFolded?: boolean;
};

const nameOf = (path: string) => path.slice(path.lastIndexOf("/") + 1);

/** "2 to 940", "Jan 2024 to Dec 2024", or a few of the texts that occur. */
function rangeOf(column: Column): string {
  if (column.min !== null && column.max !== null)
    return column.min === column.max ? column.min : `${column.min} to ${column.max}`;
  const examples = column.examples.slice(0, 3).join(", ");
  const more = column.distinctCount > 3 ? ` … ${countOf(column.distinctCount, "value")}` : "";
  return examples === "" ? "" : `${examples}${more}`;
}

function ColumnTable({ columns }: { columns: readonly Column[] }) {
  return (
    // A wide table scrolls by itself, and by keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role
    <div role="group" aria-label="Columns" tabIndex={0} className="max-h-56 overflow-auto border-y">
      <table className="w-full text-left text-[0.8125rem]">
        <thead className="sticky top-0 bg-card text-muted-foreground">
          <tr className="border-b">
            {["Column", "Type", "Values", "Empty"].map((heading) => (
              <th key={heading} scope="col" className="px-3 py-1.5 font-medium last:text-right">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {columns.map((column) => (
            <tr key={column.name}>
              <th scope="row" className="px-3 py-1.5 font-medium">
                {column.name}
              </th>
              <td className="px-3 py-1.5 text-muted-foreground">{column.type}</td>
              <td className="max-w-64 truncate px-3 py-1.5 tabular-nums" title={rangeOf(column)}>
                {rangeOf(column)}
              </td>
              <td className="px-3 py-1.5 text-right tabular-nums">
                {column.emptyCount > 0 ? formatCount(column.emptyCount) : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What a table file holds, found without any model, and what one could ask of it. */
export function ProfileCard({ profile, onPick, isFolded = false }: ProfileCardProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? !isFolded;
  const bodyId = useId();
  const rows = `${profile.isComplete ? "" : "more than "}${countOf(profile.rowCount, "row")}`;
  return (
    <article
      aria-label={`What ${nameOf(profile.path)} holds`}
      className="overflow-hidden rounded-lg border bg-card text-sm"
    >
      <h2>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? bodyId : undefined}
          onClick={() => setChosen(!isOpen)}
          className="flex min-h-10 w-full touch-target flex-wrap items-center gap-x-2 px-3 py-2 text-left transition-colors hover:bg-hover"
        >
          <TableIcon aria-hidden className="size-4 text-muted-foreground" />
          <span className="font-medium">{nameOf(profile.path)}</span>
          <span className="flex-1 text-muted-foreground tabular-nums">
            {rows}, {countOf(profile.columns.length, "column")}
          </span>
          <ChevronRightIcon
            aria-hidden
            className={cn(
              "size-4 text-muted-foreground transition-transform",
              isOpen && "rotate-90",
            )}
          />
        </button>
      </h2>
      {isOpen && (
        <div id={bodyId}>
          <ProfileBody profile={profile} onPick={onPick} />
        </div>
      )}
    </article>
  );
}

function ProfileBody({ profile, onPick }: ProfileCardProps) {
  const { columns, oddities, suggestions } = profile;
  return (
    <>
      {columns.length > 0 && <ColumnTable columns={columns} />}
      {oddities.length > 0 && (
        <ul aria-label="What looks odd" className="flex flex-col gap-1 px-3 py-2.5">
          {oddities.map((oddity) => (
            <li key={oddity} className="flex gap-2 text-[0.8125rem]">
              <TriangleAlertIcon aria-hidden className="mt-0.5 size-3.5 shrink-0 text-warning" />
              {oddity}
            </li>
          ))}
        </ul>
      )}
      {suggestions.length > 0 && (
        <ul
          aria-label="What you could ask"
          className="flex flex-wrap gap-2 border-t px-3 py-2.5 first:border-t-0"
        >
          {suggestions.map((suggestion) => (
            <li key={suggestion}>
              <button
                type="button"
                onClick={() => onPick(suggestion)}
                className="min-h-8 touch-target rounded-md border px-2.5 py-1 text-left text-[0.8125rem] transition-colors hover:border-primary hover:bg-accent hover:text-accent-foreground"
              >
                {suggestion}
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
