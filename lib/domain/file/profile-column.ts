import type { BreathingSpace } from "./breathing-space";
import type { TableProfile } from "@/lib/protocol/files";

type Column = TableProfile["columns"][number];
/** `misfit`: one of the few cells that are of another type than the rest. */
export type ColumnProfile = Column & {
  misfit?: { row: number; value: string; others: string };
};

const MAX_DISTINCT = 100_000;
const ROWS_A_STEP = 500;
const EXAMPLES = 3;
const MAX_TEXT = 80;
/** A column has a type when no more than one cell in fifty is of another. */
const MISFIT_SHARE = 0.02;

type Kind = "number" | "date" | "boolean";
const kinds: Kind[] = ["number", "date", "boolean"];
const others: Record<Kind, string> = {
  number: "numbers",
  date: "dates",
  boolean: "yes or no",
};

/** One column of a table; `rows` don't hold the header. */
type Cells = { index: number; rows: readonly string[][]; breathe: BreathingSpace };

/** Type, range and sum of one column. */
export async function profileColumn(name: string, cells: Cells): Promise<ColumnProfile> {
  const { index, rows, breathe } = cells;
  const distinct = new Set<string>();
  const counts: Record<Kind, number> = { number: 0, date: 0, boolean: 0 };
  let emptyCount = 0;
  for (const [at, row] of rows.entries()) {
    if (at % ROWS_A_STEP === 0) await breathe();
    const value = (row[index] ?? "").trim();
    if (value === "") {
      emptyCount += 1;
      continue;
    }
    if (distinct.size < MAX_DISTINCT) distinct.add(value);
    const kind = kindOf(value);
    if (kind) counts[kind] += 1;
  }
  const filled = rows.length - emptyCount;
  const base = {
    name,
    emptyCount,
    distinctCount: distinct.size,
    examples: [...distinct].slice(0, EXAMPLES).map(short),
  };
  const nothing = { min: null, max: null, sum: null };
  if (filled === 0) return { ...base, ...nothing, type: "empty" };
  const kind = kinds.find((one) => counts[one] >= filled * (1 - MISFIT_SHARE));
  if (!kind) return { ...base, ...nothing, type: "text" };
  const misfit = counts[kind] < filled ? findMisfit(kind, index, rows) : undefined;
  return {
    ...base,
    type: kind,
    ...(await rangeOf(kind, cells)),
    ...(misfit ? { misfit } : {}),
  };
}

const short = (value: string) =>
  value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT).toWellFormed()}…` : value;

const numberPattern = /^[-+]?[$€£]?\s?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE][-+]?\d+)?\s?%?$/;
const datePattern =
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ]\d{1,2}:\d{2}.*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$/;
const booleanPattern = /^(true|false|yes|no)$/i;

function kindOf(value: string): Kind | null {
  if (/\d/.test(value) && numberPattern.test(value)) return "number";
  if (datePattern.test(value)) return "date";
  return booleanPattern.test(value) ? "boolean" : null;
}

/** The number a person reads: `$1,234.50` is 1234.5. */
const toNumber = (value: string) => Number(value.replaceAll(/[$€£,%\s]/g, ""));

async function rangeOf(kind: Kind, { index, rows, breathe }: Cells) {
  if (kind === "boolean") return { min: null, max: null, sum: null };
  const toOrder = kind === "number" ? toNumber : sortableDate;
  const span: Span = {};
  let sum = 0;
  for (const [at, row] of rows.entries()) {
    if (at % ROWS_A_STEP === 0) await breathe();
    const value = (row[index] ?? "").trim();
    if (value === "" || kindOf(value) !== kind) continue;
    const order = toOrder(value);
    if (typeof order === "number") sum += order;
    widen(span, { value, order });
  }
  return {
    min: span.low?.value ?? null,
    max: span.high?.value ?? null,
    sum: kind === "number" ? rounded(sum) : null,
  };
}

const rounded = (sum: number) => (Number.isFinite(sum) ? Math.round(sum * 1e6) / 1e6 : null);

type Ordered = { value: string; order: number | string };
type Span = { low?: Ordered; high?: Ordered };

function widen(span: Span, one: Ordered): void {
  if (!span.low || one.order < span.low.order) span.low = one;
  if (!span.high || one.order > span.high.order) span.high = one;
}

/** Year first, so that text order is time order; of two readings of 03/04/2026 the first one is taken. */
function sortableDate(value: string): string {
  const parts = value.split(/[-/.T ]/);
  const [a = "", b = "", c = "", ...time] = parts;
  const [year, month, day] = a.length === 4 ? [a, b, c] : [c, b, a];
  return [year, month.padStart(2, "0"), day.padStart(2, "0"), ...time].join("-");
}

function findMisfit(kind: Kind, index: number, rows: readonly string[][]) {
  const at = rows.findIndex((row) => {
    const value = (row[index] ?? "").trim();
    return value !== "" && kindOf(value) !== kind;
  });
  const value = short((rows[at]?.[index] ?? "").trim());
  return at < 0 ? undefined : { row: at + 2, value, others: others[kind] };
}
