/** Bytes `start` to `end` (inclusive) of a body of `size` bytes. */
export type WantedBytes =
  | { kind: "whole" }
  | { kind: "part"; start: number; end: number }
  | { kind: "unsatisfiable" };

/**
 * Reads a Range header (RFC 9110 § 14.2). Several ranges, other units and malformed ones mean the whole body, as the
 * standard allows.
 */
export function readRange(header: string | undefined, size: number): WantedBytes {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") return suffix(Number(last), size);
  const start = Number(first);
  if (start >= size) return { kind: "unsatisfiable" };
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return end < start ? { kind: "whole" } : { kind: "part", start, end };
}

/** The last bytes of a body. */
function suffix(wanted: number, size: number): WantedBytes {
  const length = Math.min(wanted, size);
  if (length === 0) return { kind: "unsatisfiable" };
  return { kind: "part", start: size - length, end: size - 1 };
}
