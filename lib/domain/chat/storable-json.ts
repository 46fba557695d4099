/**
 * The same value as PostgreSQL can store it: no NUL character, no half of a surrogate pair, no number that is none.
 * Deep or cyclic values end at a fixed depth.
 */
export function storableJson(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return storableText(value);
  if (Array.isArray(value))
    return depth >= MAX_DEPTH ? null : value.map((item) => storableJson(item, depth + 1));
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || depth >= MAX_DEPTH) return null;
  const entries = Object.entries(value).map(([name, item]) => [
    storableText(name),
    storableJson(item, depth + 1),
  ]);
  return Object.fromEntries(entries);
}

export const storableText = (text: string): string =>
  (text.includes("\0") ? text.replaceAll("\0", "") : text).toWellFormed();

const MAX_DEPTH = 64;
