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
  if (match === null) return { kind: "whole" };
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return { kind: "whole" };
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0
      ? { kind: "unsatisfiable" }
      : { kind: "part", start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (start >= size) return { kind: "unsatisfiable" };
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return end < start ? { kind: "whole" } : { kind: "part", start, end };
}
