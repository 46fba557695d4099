const units = ["bytes", "KB", "MB", "GB", "TB"] as const;

/** A size in words: "2 GB", "1.5 MB". A unit is 1,024 of the one before. */
export function inUnits(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_024 && unit < units.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toFixed(1))} ${units[unit] ?? ""}`;
}
