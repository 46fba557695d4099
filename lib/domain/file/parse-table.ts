import Papa from "papaparse";
import type { BreathingSpace } from "./breathing-space";

const CHUNK_CHARS = 65_536;
const delimiters = [",", ";", "\t", "|"];

export type ParsedTable = {
  rows: string[][]; // the header is the first one
  delimiter: string;
  isTruncated: boolean;
  /** Number of the first row whose quotes don't close, counted from 0; null when all do. */
  badQuoteRow: number | null;
};

/** Reads delimited text piece by piece, at most `maxRows` rows; empty lines count for nothing. */
export function parseTable(
  text: string,
  maxRows: number,
  breathe: BreathingSpace,
): Promise<ParsedTable> {
  const table: ParsedTable = { rows: [], delimiter: ",", isTruncated: false, badQuoteRow: null };
  return new Promise((resolve, reject) => {
    const config: Papa.ParseLocalConfig<string[], File> = {
      skipEmptyLines: "greedy",
      delimitersToGuess: delimiters,
      chunkSize: CHUNK_CHARS,
      chunk: ({ data, errors, meta }, parser) => {
        const bad = errors.find(({ type }) => type === "Quotes")?.row;
        if (bad !== undefined) table.badQuoteRow ??= table.rows.length + bad;
        table.delimiter = meta.delimiter;
        for (const row of data) table.rows.push(row);
        if (table.rows.length > maxRows) {
          table.isTruncated = true;
          table.rows.length = maxRows;
          parser.abort();
          return;
        }
        parser.pause();
        breathe().then(() => parser.resume(), reject);
      },
      complete: () => resolve(table),
      error: reject,
    };
    // The library reads a text in chunks too, which its types don't tell.
    Papa.parse(text as unknown as File, config);
  });
}
