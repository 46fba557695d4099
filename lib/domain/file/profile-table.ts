import { AppError } from "@/lib/errors";
import type { TableProfile } from "@/lib/protocol/files";
import { isText } from "@/lib/workspace/is-text";
import { type BreathingSpace, makeBreathingSpace } from "./breathing-space";
import { parseTable } from "./parse-table";
import { type ColumnProfile, profileColumn } from "./profile-column";
import { suggestPrompts } from "./suggest-prompts";

const MAX_ROWS = 100_000;
const MAX_COLUMNS = 500;
const MAX_ODDITIES = 12;
const ROWS_A_STEP = 500;

/**
 * What a table file holds. The first row is the header. `isComplete` tells whether `bytes` is the whole file. A large
 * one is looked through in small steps, so that this process goes on answering.
 *
 * @throws AppError `invalid_input` for a binary, an empty file or one without columns
 */
export async function profileTable(
  path: string,
  bytes: Buffer,
  { isComplete }: { isComplete: boolean },
): Promise<TableProfile> {
  if (!isText(bytes, { isPart: !isComplete }))
    throw new AppError(
      "invalid_input",
      "This is no text in UTF-8, so it can't be read as a table.",
    );
  const breathe = makeBreathingSpace();
  await breathe();
  const text = wholeLines(bytes.toString("utf8").replace(/^\uFEFF/, ""), isComplete);
  if (text.trim() === "") throw new AppError("invalid_input", "This file is empty.");
  await breathe();
  const table = await parseTable(text, MAX_ROWS + 1, breathe);
  const header = table.rows[0] ?? [];
  const rows = table.rows.slice(1);
  const names = header
    .slice(0, MAX_COLUMNS)
    .map((name, index) => name.trim() || `Column ${index + 1}`);
  const columns: ColumnProfile[] = [];
  for (const [index, name] of names.entries())
    columns.push(await profileColumn(name, { index, rows, breathe }));
  await breathe();
  const oddities = [
    ...findRagged(header.length, rows),
    ...findHeaderOddities(header),
    ...findQuoteOddities(table.badQuoteRow),
    ...findColumnOddities(columns, rows.length),
    ...(await findDuplicates(rows, breathe)),
  ].slice(0, MAX_ODDITIES);
  return {
    path,
    delimiter: table.delimiter,
    rowCount: rows.length,
    isComplete: isComplete && !table.isTruncated,
    columns,
    oddities:
      rows.length === 0 ? ["There is a header, but no row below it.", ...oddities] : oddities,
    suggestions: suggestPrompts(path, columns, rows.length),
  };
}

/** A file that was not read to its end is cut in the middle of a row, which is then left out. */
function wholeLines(text: string, isComplete: boolean): string {
  if (isComplete) return text;
  const end = text.lastIndexOf("\n");
  return end > 0 ? text.slice(0, end + 1) : text;
}

/** Counts rows as a spreadsheet does: the header is row 1. */
function findRagged(width: number, rows: readonly string[][]): string[] {
  const ragged = rows.flatMap((row, index) => (row.length === width ? [] : [index]));
  const [first] = ragged;
  if (first === undefined) return [];
  const cells = rows[first]?.length ?? 0;
  const example = `Row ${first + 2} has ${counted(cells, "cell")}, the header has ${width}`;
  const others = ragged.length - 1;
  return [others === 0 ? `${example}.` : `${example}; so do ${counted(others, "more row")}.`];
}

function findHeaderOddities(header: readonly string[]): string[] {
  const seen = new Set<string>();
  const doubled = new Set<string>();
  for (const name of header.map((name) => name.trim()).filter(Boolean)) {
    if (seen.has(name)) doubled.add(name);
    seen.add(name);
  }
  const unnamed = header.filter((name) => name.trim() === "").length;
  const isNumbers = header.length > 1 && header.every((name) => /^-?[\d.,]+$/.test(name.trim()));
  return [
    ...[...doubled].map((name) => `Two columns are called “${name}”.`),
    ...(unnamed > 0 ? [`${counted(unnamed, "column")} without a name.`] : []),
    ...(isNumbers ? ["The first row looks like data; a header is missing."] : []),
  ];
}

function findQuoteOddities(row: number | null): string[] {
  if (row === null) return [];
  return [`Row ${row + 1} has a quote that is not closed properly.`];
}

function findColumnOddities(columns: readonly ColumnProfile[], rowCount: number): string[] {
  if (rowCount === 0) return [];
  return columns.flatMap((column) => {
    if (column.type === "empty") return [`Column “${column.name}” is empty.`];
    const lines: string[] = [];
    if (column.emptyCount > 0)
      lines.push(`Column “${column.name}”: ${counted(column.emptyCount, "empty cell")}.`);
    if (column.misfit)
      lines.push(
        `Column “${column.name}”: row ${column.misfit.row} holds “${column.misfit.value}”, the others are ${column.misfit.others}.`,
      );
    return lines;
  });
}

async function findDuplicates(
  rows: readonly string[][],
  breathe: BreathingSpace,
): Promise<string[]> {
  const distinct = new Set<string>();
  for (const [at, row] of rows.entries()) {
    if (at % ROWS_A_STEP === 0) await breathe();
    distinct.add(row.join("\u001F"));
  }
  const doubled = rows.length - distinct.size;
  if (doubled === 0) return [];
  return [`${counted(doubled, "row")} ${doubled === 1 ? "repeats" : "repeat"} an earlier one.`];
}

const counted = (size: number, noun: string) =>
  `${size.toLocaleString("en-US")} ${noun}${size === 1 ? "" : "s"}`;
