const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const shortDate = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const whole = new Intl.NumberFormat("en");

/** "now", "3 min ago", "5 h ago", "2 d ago", and the date after a week. */
export function relativeTime(at: string, nowMs: number): string {
  const ago = nowMs - new Date(at).getTime();
  if (ago < MINUTE) return "now";
  if (ago < HOUR) return `${Math.floor(ago / MINUTE)} min ago`;
  if (ago < DAY) return `${Math.floor(ago / HOUR)} h ago`;
  if (ago < 7 * DAY) return `${Math.floor(ago / DAY)} d ago`;
  return shortDate.format(new Date(at));
}

export const exactTime = (at: string) => exact.format(new Date(at));

export const formatCount = (count: number) => whole.format(count);

/** "1 file", "2,000 files". */
export const countOf = (count: number, one: string, many = `${one}s`) =>
  `${whole.format(count)} ${count === 1 ? one : many}`;

const units = ["B", "KB", "MB", "GB", "TB"] as const;
/** "842 B", "1.2 MB": steps of 1,000, as file managers show them. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit] ?? "B"}`;
}

/** "84 ms", "1.4 s", "2 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < MINUTE) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  const minutes = Math.floor(ms / MINUTE);
  const seconds = Math.round((ms % MINUTE) / 1000);
  return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
}

/** Micro-dollars as people read them: "$0.04", "less than $0.01". */
export function formatCost(microUsd: number): string {
  if (microUsd === 0) return "$0";
  if (microUsd < 10_000) return "less than $0.01";
  return `$${(microUsd / 1_000_000).toFixed(2)}`;
}
