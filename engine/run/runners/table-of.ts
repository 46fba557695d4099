import { inspect } from "node:util";

const MAX_ROWS = 200;
const MAX_COLUMNS = 50;
const MAX_CELL_CHARS = 500;

type Cell = string | number | boolean | null;
type Table = { columns: string[]; rows: Cell[][]; rowCount: number };

/** A list of plain objects as a table; null for anything else. */
export function tableOf(value: unknown): Table | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return null;
  const records = value as Record<string, unknown>[];
  const shown = records.slice(0, MAX_ROWS);
  const columns = [...new Set(shown.flatMap((record) => Object.keys(record)))]
    .slice(0, MAX_COLUMNS)
    .map((name) => name.slice(0, 300));
  const rows = shown.map((record) => columns.map((name) => cellOf(record[name])));
  return { columns, rows, rowCount: records.length };
}

function isRecord(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string") return value.slice(0, MAX_CELL_CHARS);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return inspect(value, { depth: 2, breakLength: Infinity }).slice(0, MAX_CELL_CHARS);
}
